import { ApiRequests } from './api-requests';
import type { IPage, Member, Namespace } from './types';

/** Where members have their roles: in a namespace, or on the environment *name* of it. */
export interface IMembersPlace {
  namespace: string;
  name?: string;
}

/** The part of the REST API that is about shared namespaces and who belongs to them. */
export class MemberApi extends ApiRequests {
  /** A new shared namespace; the caller is its first owner. */
  createNamespace(name: string, title: string): Promise<Namespace> {
    return this.json('POST', ['namespaces'], {}, { name, title });
  }

  of(place: IMembersPlace): Promise<IPage<Member>> {
    return this.json('GET', membersPath(place));
  }

  /** Give a user or group a role, in place of the one that it has. */
  put(
    place: IMembersPlace,
    member: Pick<Member, 'kind' | 'name' | 'role'>
  ): Promise<Member> {
    const path = [...membersPath(place), member.kind, member.name];
    return this.json('PUT', path, {}, { role: member.role });
  }

  async remove(
    place: IMembersPlace,
    member: Pick<Member, 'kind' | 'name'>
  ): Promise<void> {
    const path = [...membersPath(place), member.kind, member.name];
    await this.send('DELETE', path);
  }
}

function membersPath({ namespace, name }: IMembersPlace): string[] {
  return name
    ? ['environments', namespace, name, 'members']
    : ['namespaces', namespace, 'members'];
}
