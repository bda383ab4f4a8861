import { useEffect, useState } from 'react'
import { pictureOf } from './waiting-pictures.ts'

/** A picture from this device, which the server does not have yet. */
export function WaitingPicture({ id, alt }: { id: string; alt: string }) {
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    let made = ''
    let isGone = false
    void pictureOf(id).then((file) => {
      if (file && !isGone) setAddress((made = URL.createObjectURL(file)))
    })
    return () => {
      isGone = true
      URL.revokeObjectURL(made)
    }
  }, [id])
  return <img src={address} alt={alt} />
}
