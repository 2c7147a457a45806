/** Line icons on a grid of twenty, drawn for Postern. They repeat what words beside them say, so screen readers pass over them. */
const paths = {
  status: 'M4.5 17V9.5a5.5 5.5 0 0 1 11 0V17 M2.5 17h15 M8 17v-6a2 2 0 0 1 4 0v6',
  exceptions: 'M6.5 12.5a4 4 0 1 1 3.4-6.1 M9.6 9.5h7.9 M14.5 9.5v3 M17.5 9.5v2',
  history: 'M3.6 8.2A6.8 6.8 0 1 1 3.2 11 M3.2 4.4v4h4 M10 6.4V10l2.6 1.7',
  privacy: 'M17 3.5 8.8 11.7 M17 3.5l-4.6 13-3.6-4.8L4 8.2l13-4.7Z',
  settings: 'M3 6h8 M15 6h2 M3 14h2 M9 14h8 M13 4v4 M7 12v4',
  check: 'M4.5 10.5 8.2 14l7.3-8',
  close: 'M5 5l10 10 M15 5 5 15',
  chevron: 'M7.5 5l5 5-5 5',
  down: 'M5 7.5l5 5 5-5',
  back: 'M12.5 5l-5 5 5 5',
  menu: 'M3 5.5h14 M3 10h14 M3 14.5h14',
  copy: 'M7 7V4.5A1.5 1.5 0 0 1 8.5 3h7A1.5 1.5 0 0 1 17 4.5v7a1.5 1.5 0 0 1-1.5 1.5H13 M4.5 7h7A1.5 1.5 0 0 1 13 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 15.5v-7A1.5 1.5 0 0 1 4.5 7Z',
  save: 'M10 3v9 M6.5 8.8 10 12.3l3.5-3.5 M3.5 13v2.5A1.5 1.5 0 0 0 5 17h10a1.5 1.5 0 0 0 1.5-1.5V13',
  open: 'M11.5 3.5h5v5 M16.5 3.5 9 11 M14.5 11.5v3.7a1.3 1.3 0 0 1-1.3 1.3H4.8a1.3 1.3 0 0 1-1.3-1.3V6.8a1.3 1.3 0 0 1 1.3-1.3h3.7',
  again: 'M16 7.5A6.6 6.6 0 1 0 16.6 11 M16.4 3.6v4h-4',
  snooze:
    'M5 8.5a5 5 0 0 1 8.2-3.8 M15 8.5c0 3.8 1.5 5 1.5 5H6.8 M5 8.5c0 3.8-1.5 5-1.5 5 M8.4 16.5a1.8 1.8 0 0 0 3.2 0 M3 3l14 14',
  lock: 'M5.5 9h9A1.5 1.5 0 0 1 16 10.5v5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 4 15.5v-5A1.5 1.5 0 0 1 5.5 9Z M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9',
  key: 'M7 13.5a3.5 3.5 0 1 1 3.3-4.7H17v3 M14 8.8v2.4 M6.9 10h.1',
  clock: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Z M10 6.2V10l2.6 1.8',
  device: 'M4.5 4h11A1.5 1.5 0 0 1 17 5.5V13H3V5.5A1.5 1.5 0 0 1 4.5 4Z M1.8 16h16.4',
  building: 'M4 17V5.5L11 3v14 M11 8l5 1.8V17 M2.5 17h15 M7 8h1 M7 11h1 M7 14h1',
  eye: 'M2.5 10s2.7-5 7.5-5 7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5Z M10 7.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4Z',
  message:
    'M4.5 4h11A1.5 1.5 0 0 1 17 5.5v7a1.5 1.5 0 0 1-1.5 1.5H9l-4 3v-3h-.5A1.5 1.5 0 0 1 3 12.5v-7A1.5 1.5 0 0 1 4.5 4Z',
  plus: 'M10 4v12 M4 10h12',
} as const
export type IconName = keyof typeof paths

/** `turns`: points along the reading direction, so it is mirrored where text runs from the right. */
export function Icon(props: { readonly name: IconName; readonly size?: number; readonly turns?: boolean }) {
  const { name, size = 18, turns = false } = props
  return (
    <svg
      className={turns ? 'icon icon-turns' : 'icon'}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}

/** Postern's own mark: an arch, and the small door in it. */
export function PosternMark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg className="postern-mark" width={size * 0.9} height={size} viewBox="3 2 18 20" aria-hidden="true">
      <path
        fill="currentColor"
        fillRule="evenodd"
        d="M3 21.5V11a9 9 0 0 1 18 0v10.5a.5.5 0 0 1-.5.5h-4a.5.5 0 0 1-.5-.5V14a4 4 0 0 0-8 0v7.5a.5.5 0 0 1-.5.5h-4a.5.5 0 0 1-.5-.5Z"
      />
    </svg>
  )
}
