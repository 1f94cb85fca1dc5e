import { ApiRequests } from './api-requests';
import type { IPage, Member, Namespace } from './types';

/** The part of the REST API that is about shared namespaces and who belongs to them. */
export class MemberApi extends ApiRequests {
  /** A new shared namespace; the caller is its first owner. */
  createNamespace(name: string, title: string): Promise<Namespace> {
    return this.json('POST', ['namespaces'], {}, { name, title });
  }

  of(namespace: string): Promise<IPage<Member>> {
    return this.json('GET', membersPath(namespace));
  }

  /** Give a user or group a role, in place of the one that it has. */
  put(
    namespace: string,
    member: Pick<Member, 'kind' | 'name' | 'role'>
  ): Promise<Member> {
    const path = [...membersPath(namespace), member.kind, member.name];
    return this.json('PUT', path, {}, { role: member.role });
  }

  async remove(
    namespace: string,
    member: Pick<Member, 'kind' | 'name'>
  ): Promise<void> {
    const path = [...membersPath(namespace), member.kind, member.name];
    await this.send('DELETE', path);
  }
}

function membersPath(namespace: string): string[] {
  return ['namespaces', namespace, 'members'];
}
