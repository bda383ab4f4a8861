import { chromium } from '@playwright/test'
const b = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  chromiumSandbox: false,
  args: ['--disable-gpu'],
})
const p = await b.newPage()
const rows = await p.evaluate(`(() => {
  const out = []
  const kinds = {
    a: n=>'a'.repeat(n), cjk: n=>'汉'.repeat(n), nbsp: n=>'\\u00a0'.repeat(n), comb: n=>'a'+'\\u0301'.repeat(n), dash10: n=>'aaaaaaaaa-'.repeat(n/10), zwj: n=>'👩\\u200d'.repeat(n/3), emoji: n=>'😀'.repeat(n/2), arabic: n=>'م'.repeat(n), thai: n=>'ภาษาไทย'.repeat(n/7), zwsp: n=>'aaaaaaaaa\\u200b'.repeat(n/10), words: n=>'aaaaaaaaa '.repeat(n/10), spaces: n=>' '.repeat(n), slash:n=>'aaaa/bbbb?'.repeat(n/10), wj: n=>'汉\\u2060'.repeat(n/2), punct: n=>'。'.repeat(n), newline: n=>'a\\n'.repeat(n/2), rlo: n=>'\\u202e'.repeat(n/2)+'a'.repeat(n/2), hangul:n=>'한'.repeat(n), ideosp: n=>'\\u3000'.repeat(n), kana:n=>'ア'.repeat(n)}
  for (const mode of ['normal','pre']) for (const k in kinds) { const f=kinds[k]; let line = mode+' '+k.padEnd(9)
    for (const n of [2000,5000,10000,30000]) {
      const d=document.createElement('div'); d.style.cssText='width:700px;overflow-wrap:anywhere;font:16px sans-serif;white-space:'+(mode==='pre'?'pre':'break-spaces'); d.textContent=f(n)
      const t=performance.now(); document.body.append(d); d.offsetHeight; const a=performance.now()-t
      const t2=performance.now(); d.firstChild.appendData('x'); d.offsetHeight; const e=performance.now()-t2
      line+='  '+n+': '+a.toFixed(0)+'/'+e.toFixed(0); d.remove()
      if (a>1500) break
    }
    out.push(line)
  }
  return out
})()`)
console.log((rows as string[]).join('\n'))
await b.close()
