/** What may stand in a query; what is null or undefined is left out. */
export type Query = Record<
  string,
  string | number | boolean | readonly string[] | null | undefined
>;

/** `?a=1&b=2`, lists repeated, null and undefined left out; empty when there is nothing. */
export function queryString(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      value.forEach(item => parameters.append(key, item));
    } else if (value !== undefined && value !== null) {
      parameters.append(key, String(value));
    }
  }
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

/** Options of requests that list things. */
export interface IListOptions {
  limit?: number;
  cursor?: string | null;
}

/** Where specifications and packages are looked for. */
export interface IPackageQuery {
  query: string;
  channels?: readonly string[];
  platform?: string;
  limit?: number;
}
