import { vi } from 'vitest'
import { describeAccessibility, describeLanguages } from '#test/support/windows-in-every-look.ts'

vi.setConfig({ testTimeout: 600_000 })

describeAccessibility(true)
describeLanguages(true)
