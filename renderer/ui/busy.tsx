import { useEffect, useState } from 'react'
import './busy.css'

const quietMs = 300

/** "Reading…", said only once it takes longer than 300 ms, so that nothing flickers. */
export function Busy({ text }: { readonly text: string }) {
  const isLong = useIsLong()
  return (
    <p className="busy soft" role="status">
      {isLong ? text : ''}
    </p>
  )
}

function useIsLong(): boolean {
  const [isLong, setIsLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), quietMs)
    return () => clearTimeout(timer)
  }, [])
  return isLong
}
