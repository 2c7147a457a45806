import type { Diagnostics } from '#contract/agent-windows.ts'
import type { SettingsTexts } from '#contract/texts/windows/settings-texts.ts'
import { failureWords } from '../parts/failure-banner.tsx'
import { raisedText } from '../parts/raised-text.ts'
import type { Speech } from '../texts.tsx'

type Fact = Diagnostics['facts'][number]

/** A fact as a person reads it; the export keeps it as the program says it. What has no words stays as it is. */
export function factWords({ name, value }: Fact, texts: SettingsTexts, speech: Speech): string {
  const { diagnostics, general, key } = texts
  const { values } = diagnostics
  const { say, shared, keys, locale, number, plain } = speech
  if (value === '?') return values.notKnown
  if (value === '-') return values.none
  const [first = '', second = ''] = value.split(' ')
  switch (name) {
    case 'language':
      return wordIn(general.languages, value)
    case 'stream':
      return wordIn(shared.stream, value)
    case 'tray':
      return wordIn(general.trayStates, value)
    case 'proxy':
      return value.split('; ').map(wayWords).join('; ')
    case 'tls_inspected':
      return wordIn({ yes: values.yes, no: values.no }, value)
    case 'notifications':
      return wordIn({ supported: values.supported, 'not supported': values.unsupported }, value)
    case 'clock':
      return /^-?\d+ s$/.test(value) ? say(values.seconds, { n: Number(first) }) : plain(value, 400)
    case 'key_store':
      return `${raisedText(wordIn(keys.stores, first), locale)}. ${wordIn(key.states, second)}`
    case 'last_failure':
      return failureAt(first, Date.parse(second))
    case 'process': {
      const [kind = '', kilobytes = ''] = value.split(', ')
      const size = Number.parseInt(kilobytes, 10)
      if (Number.isNaN(size)) return plain(value, 400)
      return say(values.process, { name: plain(kind, 80), size: number(Math.round(size / 1024)) })
    }
    default:
      return plain(value, 400)
  }

  function wayWords(way: string): string {
    return way === 'direct' ? values.direct : plain(speech.sayReason(way), 400)
  }

  function failureAt(code: string, ms: number): string {
    if (Number.isNaN(ms)) return plain(value, 400)
    return `${failureWords({ code, details: {} }, speech).title}, ${speech.moment(ms / 1000)}`
  }

  function wordIn(table: { readonly [word: string]: string }, word: string): string {
    return (Object.hasOwn(table, word) ? table[word] : undefined) ?? plain(word, 400)
  }
}
