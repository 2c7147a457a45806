import type { StatusTexts } from '#contract/texts/windows/status-texts.ts'
import { Row, Rows, Section } from '../../ui/surface.tsx'
import { useTexts } from '../texts.tsx'
import { FindingRow } from './finding-row.tsx'
import type { StatusGroups, StatusRow } from './status-rows.ts'

/** All findings, worst first. The first one that closes something is open, since it is what a person came for. */
export function FindingList({ groups, texts }: { readonly groups: StatusGroups; readonly texts: StatusTexts }) {
  const { say, list } = useTexts()
  const first = groups.blocking[0]?.rows[0] ?? groups.tolerated[0]
  const rows = (members: readonly StatusRow[]) => (
    <Rows>
      {members.map((row) => (
        <Row key={row.check.check}>
          <FindingRow row={row} texts={texts} isOpenAtFirst={row === first} />
        </Row>
      ))}
    </Rows>
  )
  const section = (title: string, members: readonly StatusRow[]) =>
    members.length > 0 && <Section title={title}>{rows(members)}</Section>
  return (
    <>
      {groups.blocking.map(({ blocks, rows: members }) => (
        <Section
          key={blocks.join()}
          title={blocks.length === 0 ? texts.groups.blocksNothing : say(texts.groups.blocks, { names: list(blocks) })}
        >
          {rows(members)}
        </Section>
      ))}
      {section(texts.groups.willBlock, groups.tolerated)}
      {section(texts.groups.excepted, groups.excepted)}
      {section(say(texts.groups.passing, { n: groups.passing.length }), groups.passing)}
      {section(texts.groups.doesNotApply, groups.doesNotApply)}
    </>
  )
}
