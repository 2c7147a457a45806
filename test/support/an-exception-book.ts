import type { Book } from '#domain/policy/book.ts'
import { aCheck, aPolicy, aRequirement } from './a-judged-device.ts'
import { aBookStage, anExceptionBook } from './an-exception.ts'

/**
 * Whoever is staff needs a firewall and the whole disk encrypted, everywhere. The firewall may be excepted by one person of
 * group a and one of group b; an encrypted disk never.
 */
export function aJudgedBook(wish: Parameters<typeof anExceptionBook>[0] = {}): Book {
  const everyday = aPolicy({ id: 'everyday', require: [aRequirement({ check: 'firewall' })] })
  return anExceptionBook({
    hash: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE',
    stages: [aBookStage({ id: 'a', from: 'group:a' }), aBookStage({ id: 'b', from: 'group:b' })],
    checks: [aCheck()],
    policies: [everyday],
    ...wish,
    approval: { voters: { device: 'any', reciprocity: 'refuse', visibility: 'pools' }, ...wish.approval },
  })
}
