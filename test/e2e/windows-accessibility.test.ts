import { describeAccessibility } from '#test/support/windows-in-every-look.ts'

describeAccessibility(false)
