import './state-mark.css'

/** How a thing stands, told by shape first: no two marks share an outline, so colour only repeats it. */
export const markKinds = [
  'good',
  'attention',
  'refused',
  'unknown',
  'offline',
  'excepted',
  'waiting',
  'pending',
  'ended',
  'na',
] as const
export type MarkKind = (typeof markKinds)[number]

type Drawing = { readonly solid?: string; readonly outline?: string; readonly dashed?: true; readonly glyph: string }

const circle = 'M10 1.75a8.25 8.25 0 1 1 0 16.5 8.25 8.25 0 0 1 0-16.5Z'
const ring = 'M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15Z'
const drawings: { readonly [Kind in MarkKind]: Drawing } = {
  good: { solid: circle, glyph: 'M6.3 10.3l2.5 2.5 4.9-5.3' },
  attention: {
    solid: 'M8.44 2.9a1.8 1.8 0 0 1 3.12 0l7 12.15a1.8 1.8 0 0 1-1.56 2.7H3a1.8 1.8 0 0 1-1.56-2.7l7-12.15Z',
    glyph: 'M10 7.2v4.2 M10 14.3v.05',
  },
  refused: {
    solid: 'M6.75 1.75h6.5l5 5v6.5l-5 5h-6.5l-5-5v-6.5l5-5Z',
    glyph: 'M7.2 7.2l5.6 5.6 M12.8 7.2l-5.6 5.6',
  },
  unknown: {
    outline: ring,
    dashed: true,
    glyph: 'M7.9 8a2.1 2.1 0 1 1 3.2 1.8c-.7.45-1.1.8-1.1 1.5 M10 13.8v.05',
  },
  offline: { outline: ring, glyph: 'M4.8 15.2 15.2 4.8' },
  excepted: {
    solid:
      'M10.9 1.6l7.5 7.5a1.3 1.3 0 0 1 0 1.8l-7.5 7.5a1.3 1.3 0 0 1-1.8 0l-7.5-7.5a1.3 1.3 0 0 1 0-1.8l7.5-7.5a1.3 1.3 0 0 1 1.8 0Z',
    glyph: 'M10 6.6V10l2.2 1.5',
  },
  waiting: {
    solid:
      'M4.5 1.75h11a2.75 2.75 0 0 1 2.75 2.75v11a2.75 2.75 0 0 1-2.75 2.75h-11a2.75 2.75 0 0 1-2.75-2.75v-11A2.75 2.75 0 0 1 4.5 1.75Z',
    glyph: 'M10 5.8V10l2.6 1.6',
  },
  pending: { outline: ring, glyph: 'M6.6 10v.05 M10 10v.05 M13.4 10v.05' },
  ended: {
    outline: 'M4.5 2.5h11a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-11a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2Z',
    glyph: 'M6.8 10h6.4',
  },
  na: { glyph: 'M5.5 10h9' },
}

/** The mark of a state beside its word. */
export function StateMark({ kind, size = 20 }: { readonly kind: MarkKind; readonly size?: number }) {
  const { solid, outline, dashed, glyph } = drawings[kind]
  return (
    <svg className={`mark mark-${kind}`} width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      {solid !== undefined && <path className="mark-solid" d={solid} />}
      {outline !== undefined && <path className={dashed ? 'mark-outline mark-dashed' : 'mark-outline'} d={outline} />}
      <path className={solid === undefined ? 'mark-glyph mark-glyph-own' : 'mark-glyph'} d={glyph} />
    </svg>
  )
}

/** The large mark at the head of a screen: Postern's arch, holding the state. */
export function ArchMark({ kind }: { readonly kind: MarkKind }) {
  const { glyph } = drawings[kind]
  return (
    <svg className={`arch mark-${kind}`} viewBox="7 5 42 49" aria-hidden="true">
      <path className="arch-shape" d="M8 50V26a20 20 0 0 1 40 0v24a3 3 0 0 1-3 3H11a3 3 0 0 1-3-3Z" />
      <path
        className="arch-outline"
        d="M9.25 50V26a18.75 18.75 0 0 1 37.5 0v24A1.75 1.75 0 0 1 45 51.75H11A1.75 1.75 0 0 1 9.25 50Z"
      />
      <g transform="translate(11 13) scale(1.7)">
        <path className="mark-glyph mark-glyph-own" d={glyph} />
      </g>
    </svg>
  )
}
