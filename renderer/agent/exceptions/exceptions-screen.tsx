import { useRoutes } from '../routes.tsx'
import { ExceptionList } from './exception-list.tsx'
import { RequestPage } from './request-page.tsx'
import './exceptions.css'

/** What is open and in force; with a request named, that one, live. */
export function ExceptionsScreen() {
  const { place } = useRoutes()
  return place.request === undefined ? <ExceptionList /> : <RequestPage requestId={place.request} />
}
