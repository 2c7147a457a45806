import { createContext, type ReactNode, useContext, useState } from 'react'

type Kept = ReadonlyMap<string, string>
const KeptWordsContext = createContext<
  | {
      readonly kept: Kept
      readonly keep: (place: string, words: string) => void
    }
  | undefined
>(undefined)

/** Remembers what was written and not sent, by where it was written, for as long as the window is open. */
export function KeptWordsProvider({ children }: { readonly children: ReactNode }) {
  const [kept, setKept] = useState<Kept>(new Map())
  const keep = (place: string, words: string) => setKept((before) => new Map(before).set(place, words))
  return <KeptWordsContext value={{ kept, keep }}>{children}</KeptWordsContext>
}

/** Words that stay when another screen is shown meanwhile. */
export function useKeptWords(place: string): readonly [words: string, keep: (words: string) => void] {
  const context = useContext(KeptWordsContext)
  if (context === undefined) throw new Error('nothing keeps words around this')
  return [context.kept.get(place) ?? '', (words) => context.keep(place, words)]
}
