import { describeLanguages } from '#test/support/windows-in-every-look.ts'

describeLanguages(false)
