import { describe, expect, it } from 'vitest'
import { probeCatalogue } from '#agent/probes/probe-catalogue.ts'
import { operatingSystems } from '#domain/operating-system.ts'
import { signalIds } from '#domain/signals.ts'

const cells = signalIds.flatMap((signal) =>
  operatingSystems.map((os) => ({ signal, os, cell: probeCatalogue[signal][os] })),
)

describe('the catalogue of probes', () => {
  it('has one for every signal on Linux', () => {
    expect(cells.filter(({ os, cell }) => os === 'linux' && cell === 'not-supported-here')).toEqual([])
  })

  it('holds each probe where it belongs', () => {
    const placed = cells.flatMap(({ signal, os, cell }) =>
      cell === 'not-supported-here' ? [] : [{ signal, os, cell }],
    )
    expect(placed.filter(({ signal, os, cell }) => cell.signal !== signal || cell.os !== os)).toEqual([])
  })

  it('has a timer behind every other watch', () => {
    const untimed = cells.filter(
      ({ cell }) => cell !== 'not-supported-here' && !cell.watches.some((watch) => watch.on === 'timer'),
    )
    expect(untimed.map(({ signal, os }) => `${signal} on ${os}`)).toEqual([])
  })
})
