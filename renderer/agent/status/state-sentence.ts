import type { Snapshot } from '#contract/ipc.ts'
import { graceEnd } from '#contract/texts/grace-end.ts'
import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import type { Speech } from '../texts.tsx'

type Said = { readonly sentence: string; readonly notes: readonly string[] }
type Result = NonNullable<Snapshot['result']>

/** The state in one sentence, and below it what follows from it and how old the verdict is. Only what the gateway said. */
export function stateSentence(snapshot: Snapshot, texts: StatusTexts, speech: Speech): Said {
  const { state, result, result_at } = snapshot
  const values = valuesOf(snapshot, speech)
  const note = noteOf(snapshot, texts, speech)
  const at = result_at ?? result?.iat
  const age =
    result === null || at === undefined
      ? undefined
      : speech.say(texts.verdictFrom, { org: values.org, age: speech.distance(at) })
  const hasVerdict = result !== null && state !== 'not-enrolled' && state !== 'waiting-approval'
  return {
    sentence: speech.say(templateOf(snapshot, texts), values),
    notes: [
      ...(note === undefined ? [] : [note]),
      ...(hasVerdict && age !== undefined && state !== 'verdict-old' && state !== 'offline' ? [age] : []),
    ],
  }
}

function templateOf({ state, result, exceptions }: Snapshot, texts: StatusTexts) {
  if (state === 'restricted' && refusedOf(result).length === 1) return texts.onlyOneRefused
  if (state === 'excepted' && grantEnd({ exceptions }) !== undefined) return texts.exceptedUntil
  return texts.sentences[state]
}

function valuesOf(snapshot: Snapshot, { shared, moment }: Speech) {
  const { state, result, organisation, contact } = snapshot
  const refused = refusedOf(result)
  const time =
    state === 'grace' && result !== null
      ? (graceEnd(result) ?? result.recheck_at)
      : state === 'excepted'
        ? grantEnd(snapshot)
        : undefined
  return {
    n: state === 'restricted' ? refused.length - 1 : countOf(state, result),
    name: refused[0]?.name ?? '',
    org: organisation ?? shared.yourAdministrator,
    contact: contact ?? shared.yourAdministrator,
    time: time === undefined ? '' : moment(time),
  }
}

function noteOf(snapshot: Snapshot, texts: StatusTexts, { say, moment, shared, keys }: Speech) {
  const { state, result, result_at, key_store, organisation, contact } = snapshot
  if (state === 'key-unavailable' || state === 'key-missing' || state === 'key-locked') {
    const reason = key_store.reason
    const why = reason === null ? undefined : keys.reasons[reason]
    const what = texts.notes[state]
    return [why === undefined ? '' : `${why}.`, what === undefined ? '' : say(what)].filter(Boolean).join(' ')
  }
  const challenged = result?.resources.find(({ access }) => access === 'challenge')
  if (state === 'healthy' && challenged !== undefined) return say(texts.challenged, { name: challenged.name })
  const note = texts.notes[state]
  if (note === undefined || (state === 'refused' && countOf(state, result) === 0)) return undefined
  if (state === 'offline' && result === null) return texts.noVerdict
  return say(note, {
    n: countOf(state, result),
    org: organisation ?? shared.yourAdministrator,
    contact: contact ?? shared.yourAdministrator,
    time: result === null ? '' : moment(result_at ?? result.iat),
  })
}

function refusedOf(result: Result | null) {
  return result?.resources.filter(({ access }) => access === 'refuse') ?? []
}

function countOf(state: Snapshot['state'], result: Result | null): number {
  const checks = result?.checks ?? []
  if (state === 'healthy') return checks.length
  if (state === 'excepted') return checks.filter(({ outcome }) => outcome === 'excepted').length
  if (state === 'grace') return checks.filter(({ outcome }) => outcome === 'tolerated').length
  return checks.filter(({ outcome }) => outcome !== 'met' && outcome !== 'excepted').length
}

/** When the first exception in force ends. */
function grantEnd({ exceptions }: Pick<Snapshot, 'exceptions'>): number | undefined {
  const ends = exceptions.requests.flatMap(({ grant }) => (grant?.state === 'active' ? (grant.not_after ?? []) : []))
  return ends.length === 0 ? undefined : Math.min(...ends)
}
