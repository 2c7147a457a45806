import type { KeyTier } from '../../../domain/key-tier.ts'
import type { DiagnosticFact, Diagnostics, SettingsView } from '../../agent-windows.ts'
import type { keyStateWords } from '../../ipc.ts'
import type { Entry } from '../say.ts'

type Named<Names extends string> = { readonly [Name in Names]: string }

/** The sentences of "Settings", and of the diagnostics beneath. */
export type SettingsTexts = {
  readonly sentences: { readonly own: string; readonly governed: Entry }
  readonly ignored: { readonly title: string; readonly more: string }

  readonly general: {
    readonly title: string
    readonly language: string
    readonly languageNote: string
    readonly languages: Named<'system' | 'en' | 'de'>
    readonly autostart: string
    readonly autostartNotes: Named<SettingsView['autostart']['state']>
    readonly autostartFixed: string
    readonly on: string
    readonly off: string
    readonly tray: string
    readonly trayStates: Named<SettingsView['tray']>
  }
  readonly notifications: {
    readonly title: string
    readonly level: string
    readonly levels: Named<SettingsView['notifications']>
    readonly levelNotes: Named<SettingsView['notifications']>
    readonly quiet: string
    readonly quietNote: string
    readonly from: string
    readonly to: string
    readonly snoozed: string
    readonly snoozedUntil: Entry
    readonly undo: string
    readonly undoOf: Entry
    readonly undone: string
  }
  readonly updates: {
    readonly title: string
    readonly version: string
    readonly installed: string
    readonly kinds: Named<SettingsView['updates']['install_kind']>
    readonly by: string
    readonly bringers: Named<SettingsView['updates']['by']>
  }
  readonly gateway: {
    readonly title: string
    readonly none: string
    readonly organisation: string
    readonly address: string
    readonly owner: string
    readonly device: string
    readonly contact: string
    readonly help: string
  }
  readonly key: {
    readonly title: string
    readonly place: string
    readonly state: string
    readonly states: Named<(typeof keyStateWords)[number]>
    readonly noneYet: string
    readonly trust: string
    readonly tiers: { readonly [Tier in KeyTier]: string }
    readonly id: string
    readonly created: string
    /** What the keychain protects against, and what not (desktop.md section 10). */
    readonly sentence: string
  }
  readonly diagnostics: {
    readonly title: string
    readonly note: string
    readonly look: string
    readonly lookAgain: string
    readonly found: Entry
    readonly allFine: string
    readonly at: Entry
    readonly states: Named<Diagnostics['findings'][number]['state']>
    readonly fine: Entry
    readonly facts: string
    readonly names: { readonly [Name in DiagnosticFact]: string }
    /** Values of the facts that are words of ours. */
    readonly values: {
      readonly none: string
      readonly notKnown: string
      readonly yes: string
      readonly no: string
      readonly direct: string
      readonly supported: string
      readonly unsupported: string
      readonly seconds: Entry
      readonly process: Entry
    }
    readonly export: string
    readonly exportTitle: string
    readonly exportNote: string
    readonly save: string
    readonly saved: Entry
    readonly textLabel: string
  }
  readonly quit: {
    readonly title: string
    readonly note: string
    readonly noteNotEnrolled: string
    readonly action: string
    readonly question: string
    readonly losesAccess: Entry
    readonly noAccess: string
    readonly notEnrolled: string
    readonly kept: string
    readonly confirm: string
    readonly stay: string
  }
}
