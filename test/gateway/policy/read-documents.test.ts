import { describe, expect, it } from 'vitest'
import { readDocuments } from '#gateway/policy/read-documents.ts'

const policy = `kind: Policy
id: everyday
assign: { groups: [staff] }
resources: { tags: [internal] }
require:
  - { check: firewall, enforce: block }
`

function remarksOf(text: string): readonly string[] {
  return readDocuments([{ file: 'a.yaml', text }]).remarks.map(({ line, says }) => `${line}: ${says}`)
}

describe('A file of documents', () => {
  it('may hold several, and empty ones', () => {
    const { documents, remarks } = readDocuments([{ file: 'a.yaml', text: `---\n${policy}---\n---\n${policy}` }])
    expect(remarks).toEqual([])
    expect(documents.map(({ document, line }) => [document.id, line])).toEqual([
      ['everyday', 2],
      ['everyday', 10],
    ])
  })

  it('knows the line of every place', () => {
    const [document] = readDocuments([{ file: 'a.yaml', text: policy }]).documents
    expect(document?.lineOf(['require', 0, 'enforce'])).toBe(6)
    expect(document?.lineOf(['require', 0, 'grace'])).toBe(6)
    expect(document?.lineOf(['minKeyTier'])).toBe(1)
  })

  const hostile: readonly (readonly [string, string, string])[] = [
    ['an anchor', 'kind: &x Policy\n', '1: an anchor'],
    ['an alias', 'kind: &x Policy\nid: *x\n', '2: an alias'],
    ['a tag', 'kind: !!str Policy\n', '1: a tag'],
    ['a tag of its own', 'kind: !code Policy\n', '1: a tag'],
    ['a merge key', '<<: { kind: Policy }\n', '1: a merge key'],
    ['a number as a key', '1: Policy\n', '1: a key that is not a text'],
    ['a list as a key', '? [a]\n: b\n', '1: a key that is not a text'],
    ['another kind', 'kind: Rule\n', '1: is not a kind of document'],
    ['no kind', 'id: a\n', '1: is not a kind of document'],
    ['a text', 'Policy\n', '1: is not a kind of document'],
  ]
  it.each(hostile)('with %s is refused', (_name, text, says) => {
    expect(remarksOf(text)).toContain(says)
  })

  it('with a key twice is refused, at the second', () => {
    expect(remarksOf(`${policy}id: again\n`)[0]).toMatch(/^7: .*unique/i)
  })

  it('that is no YAML is refused where it goes wrong', () => {
    expect(remarksOf('kind: Policy\nid: [a\n').length).toBeGreaterThan(0)
  })

  it('that is too large is refused unread', () => {
    expect(remarksOf('#'.repeat(300_000))).toEqual(['1: larger than 256 KiB'])
  })

  it('that nests beyond measure is refused, and nothing breaks', () => {
    expect(remarksOf('['.repeat(100_000)).length).toBeGreaterThan(0)
  })

  it('names file, line and path of an unknown field', () => {
    const { remarks } = readDocuments([
      { file: 'a.yaml', text: policy.replace('enforce: block', 'enforce: block, gracce: 1h') },
    ])
    expect(remarks).toEqual([
      {
        severity: 'error',
        file: 'a.yaml',
        line: 6,
        path: 'Policy everyday, require[0].gracce',
        says: 'is not known here',
        instead: 'a field of the manual; look at its spelling and place',
      },
    ])
  })

  it('reads words of YAML 1.1 as the texts they are', () => {
    const text = policy.replace('staff', 'on, yes, no')
    const [read] = readDocuments([{ file: 'a.yaml', text }]).documents
    expect(read?.document).toMatchObject({ assign: { groups: ['no', 'on', 'yes'] } })
  })

  it('reads on after a document that is wrong', () => {
    const { documents, remarks } = readDocuments([{ file: 'a.yaml', text: `kind: Rule\n---\n${policy}` }])
    expect([documents.length, remarks.length]).toEqual([1, 1])
  })
})
