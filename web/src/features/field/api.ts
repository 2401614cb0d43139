import { type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  api,
  type CustomField,
  type CustomFieldInput,
  type FieldFolder,
  idempotency,
  ifMatch,
  type NewCustomField,
  ok,
} from '@/lib/api';

const fields = '/api/v1/sub-accounts/{sub_account}/custom-fields';
const field = '/api/v1/sub-accounts/{sub_account}/custom-fields/{field}';
const folders = '/api/v1/sub-accounts/{sub_account}/field-folders';
const folder = '/api/v1/sub-accounts/{sub_account}/field-folders/{folder}';

export type FieldObject = CustomField['object'];

export const fieldsKey = (account: string) => ['account', account, 'fields'] as const;

/** All fields of an object in their order, the archived ones too. */
export const fieldsQuery = (account: string, object: FieldObject) =>
  queryOptions({
    queryKey: [...fieldsKey(account), object],
    queryFn: async ({ signal }): Promise<CustomField[]> =>
      (
        await ok(
          api.GET(fields, {
            signal,
            params: { path: { sub_account: account }, query: { object, archived: true } },
          }),
        )
      ).items,
  });

export const foldersQuery = (account: string, object: FieldObject) =>
  queryOptions({
    queryKey: [...fieldsKey(account), 'folders', object],
    queryFn: async ({ signal }): Promise<FieldFolder[]> =>
      (await ok(api.GET(folders, { signal, params: { path: { sub_account: account }, query: { object } } })))
        .items,
  });

/** A contact's fields, for whoever names them elsewhere. */
export const contactFieldsQuery = (account: string) => fieldsQuery(account, 'contact');

/** A company's fields. */
export const companyFieldsQuery = (account: string) => fieldsQuery(account, 'company');

export function createField(account: string, body: NewCustomField, key: string): Promise<CustomField> {
  return ok(api.POST(fields, { params: { path: { sub_account: account }, header: idempotency(key) }, body }));
}

export function updateField(
  account: string,
  { id, version }: CustomField,
  body: CustomFieldInput,
): Promise<CustomField> {
  return ok(
    api.PATCH(field, {
      params: { path: { sub_account: account, field: id }, header: ifMatch(version) },
      body,
    }),
  );
}

export async function archiveField(account: string, { id, version }: CustomField): Promise<void> {
  await ok(
    api.DELETE(field, { params: { path: { sub_account: account, field: id }, header: ifMatch(version) } }),
  );
}

export function restoreField(account: string, id: string): Promise<CustomField> {
  return ok(
    api.POST(`${field}/restore`, {
      params: { path: { sub_account: account, field: id }, header: idempotency() },
    }),
  );
}

export function createFolder(
  account: string,
  body: { object: FieldObject; name: string; position: number },
  key: string,
): Promise<FieldFolder> {
  return ok(
    api.POST(folders, { params: { path: { sub_account: account }, header: idempotency(key) }, body }),
  );
}

export function updateFolder(
  account: string,
  { id, version }: FieldFolder,
  body: { name?: string; position?: number },
): Promise<FieldFolder> {
  return ok(
    api.PATCH(folder, {
      params: { path: { sub_account: account, folder: id }, header: ifMatch(version) },
      body,
    }),
  );
}

export async function deleteFolder(account: string, { id, version }: FieldFolder): Promise<void> {
  await ok(
    api.DELETE(folder, { params: { path: { sub_account: account, folder: id }, header: ifMatch(version) } }),
  );
}

/** Reads fields and folders again: their order is the server's. */
export function refreshFields(client: QueryClient, account: string): Promise<void> {
  return client.invalidateQueries({ queryKey: fieldsKey(account) });
}
