/** The names that the sign-in service may be called by. */
import type { HttpRequest } from '../service.ts'
import type { World } from '../world.ts'

/** Its real one counts too: what stands between a client and the sandbox may have led its requests here. */
export function listAddresses({ headers }: HttpRequest, { url, region }: World): readonly string[] {
  return [url, `http://${headers['host']}`, `https://${region}.signin.aws.amazon.com`]
}
