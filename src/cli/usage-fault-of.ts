import type { CommanderError } from 'commander'
import { fillText } from '#contract/fill-text.ts'
import type { CliTexts } from '#contract/texts/cli-texts.ts'
import { UsageFault } from './usage-fault.ts'

/** What the parser found wrong, in the person's language. `help` is the command that shows what is right. */
export function usageFaultOf(fault: CommanderError, texts: CliTexts['usage'], help: string): UsageFault {
  const given = /'([^']{1,200})'/.exec(fault.message)?.[1] ?? ''
  const meant = /\(Did you mean (?:one of )?([^)]{1,200})\?\)/.exec(fault.message)?.[1]
  const template = byCode(texts, fault.code) ?? texts.notUsable
  const seeHelp = fillText(texts.seeHelp, { help })
  return new UsageFault(
    fillText(template, { given: given.split(' ')[0] ?? given }),
    meant === undefined ? seeHelp : `${fillText(texts.didYouMean, { given: meant })} ${seeHelp}`,
  )
}

function byCode(texts: CliTexts['usage'], code: string): string | undefined {
  switch (code) {
    case 'commander.unknownCommand':
      return texts.unknownCommand
    case 'commander.unknownOption':
      return texts.unknownOption
    case 'commander.missingArgument':
      return texts.missingArgument
    case 'commander.optionMissingArgument':
      return texts.missingValue
    case 'commander.missingMandatoryOptionValue':
      return texts.missingOption
    case 'commander.excessArguments':
      return texts.tooMany
    default:
      return undefined
  }
}
