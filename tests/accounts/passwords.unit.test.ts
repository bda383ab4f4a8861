import { expect, test } from 'vitest'
import { knownDevice, markDevice } from '../../server/accounts/device.ts'
import { fitsPassword, hashPassword } from '../../server/accounts/passwords.ts'

test('a password is kept as argon2id with 19 MiB and two passes', async () => {
  const kept = await hashPassword('大足台灯 brass lamp')
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await fitsPassword(kept, '大足台灯 brass lamp')).toBe(true)
  expect(await fitsPassword(kept, '大足台灯 brass lamq')).toBe(false)
})

test.each([
  ['seven77', 'password_too_short'],
  ['x'.repeat(129), 'password_too_long'],
  ['password1', 'password_common'],
  ['PassWord1', 'password_common'],
  ['1234567890', 'password_common'],
  ['        ', 'password_hollow'],
  ['\u3000\u00a0 \t\u200b\u2800\u3164\u2003', 'password_hollow'],
  ['aaaaaaaaaa', 'password_hollow'],
  ['灯'.repeat(128), 'password_hollow'],
  ['a a a a a a', 'password_hollow'],
  ['********', 'password_hollow'],
  ['签署签署签署签署', 'password_hollow'],
  ['签署 签署 签署 签', 'password_hollow'],
  ['签署签署签署2026', 'password_hollow'],
  ['LampLamplamp', 'password_hollow'],
  ['qwe4qwe4qwe4', 'password_hollow'],
  ['灯灯灯灯灯灯灯光', 'password_hollow'],
  ['00110022', 'password_hollow'],
  ['password1password1', 'password_common'],
  ['countersign', 'password_hollow'],
  ['CounterSign2026', 'password_hollow'],
  ['ＣＯＵＮＴＥＲＳＩＧＮ１', 'password_hollow'],
  ['Countersign 123!', 'password_hollow'],
  ['会签会签2026', 'password_hollow'],
  ['会签123456', 'password_hollow'],
  ['ABCDEFGHIJ', 'password_hollow'],
  ['87654321', 'password_hollow'],
  ['password2026', 'password_common'],
])('%s is refused: %s', async (password, code) => {
  await expect(hashPassword(password)).rejects.toThrow(code)
})

test('no composition rule: 8 and 128 characters of any kind are taken', async () => {
  await expect(hashPassword('铸铝台灯灯罩光洁')).resolves.toBeTruthy()
  await expect(hashPassword('countersigned by Lin')).resolves.toBeTruthy()
  // said twice it is as long as it was
  await expect(hashPassword('brass lamp, brass lamp,')).resolves.toBeTruthy()
  const longest = '灯'.repeat(125) + '光明亮'
  expect(await fitsPassword(await hashPassword(longest), longest)).toBe(true)
})

test('an unknown account takes as long as a wrong password, and never fits', async () => {
  expect(await fitsPassword(null, 'the password of nobody')).toBe(false)
})

test('a mark tells a device of this account, and no other; a new password makes it void', () => {
  const mark = markDevice('hash of li')
  expect(knownDevice(mark, 'hash of li')).toBeTruthy()
  expect(knownDevice(mark, 'hash of bo')).toBeNull()
  expect(knownDevice(mark, null)).toBeNull()
  expect(knownDevice(`${mark.split('.')[0]}.forged`, 'hash of li')).toBeNull()
  expect(knownDevice(undefined, 'hash of li')).toBeNull()
})
