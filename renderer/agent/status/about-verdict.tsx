import type { Snapshot } from '#contract/ipc.ts'
import type { KeyWords } from '#contract/texts/key-words.ts'
import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { Disclosure } from '../../ui/disclosure.tsx'
import { KeyValues } from '../../ui/key-values.tsx'
import { useTexts } from '../texts.tsx'

/** Small print: when it was judged, until when it counts, by which version of the policies, about which device. */
export function AboutVerdict({ snapshot, texts }: { readonly snapshot: Snapshot; readonly texts: StatusTexts }) {
  const { moment, keys, plain } = useTexts()
  const { result, result_at, next_due, key_store, tier, device_id, owner } = snapshot
  if (result === null) return null
  const { about } = texts
  const kind = key_store.kind
  const store = kind === null ? undefined : isStore(kind, keys.stores) ? keys.stores[kind] : plain(kind, 32)
  return (
    <Disclosure look="line" level={2} summary={about.title}>
      <KeyValues
        rows={[
          [about.judged, moment(result_at ?? result.iat)],
          [about.validUntil, moment(result.exp)],
          [about.nextReport, moment(next_due ?? result.next_due)],
          [about.policy, <code key="book">{result.book}</code>],
          [about.key, [store, tier].filter((part) => part !== undefined && part !== null).join(', ')],
          [about.device, [owner === null ? '' : plain(owner, 200), device_id ?? ''].filter(Boolean).join(', ')],
        ]}
      />
    </Disclosure>
  )
}

function isStore(kind: string, stores: KeyWords['stores']): kind is keyof KeyWords['stores'] {
  return Object.hasOwn(stores, kind)
}
