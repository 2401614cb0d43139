import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type CustomField, explain, type FieldFolder } from '@/lib/api';
import { toast } from '@/lib/toast';
import { undoable } from '@/lib/undo';
import {
  archiveField,
  createFolder,
  type FieldObject,
  refreshFields,
  restoreField,
  updateField,
  updateFolder,
} from './api';

/** What can be done to fields in their list. */
export function useFieldActions(account: string) {
  const client = useQueryClient();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const refresh = () => refreshFields(client, account);
  const tell = (title: string) => (error: unknown) => toast({ title, detail: explain(error), tone: 'bad' });
  const hide = (id: string, on: boolean) =>
    setHidden((ids) => new Set(on ? [...ids, id] : [...ids].filter((other) => other !== id)));
  const exchange = async <T extends { position: number }>(
    one: T,
    other: T,
    put: (item: T, position: number) => Promise<T>,
  ) => {
    // Where two stand at the same place, the one that goes on has to get a place of its own.
    const step = one.position === other.position ? 1 : 0;
    try {
      await put(one, other.position + step);
      await put(other, one.position);
    } catch (error) {
      tell('The order was not changed')(error);
    }
    await refresh();
  };
  return {
    hidden,
    archive: (field: CustomField) => {
      hide(field.id, true);
      undoable({
        title: `${field.name} archived`,
        commit: async () => {
          await archiveField(account, field);
          await refresh();
          hide(field.id, false);
        },
        revert: () => hide(field.id, false),
      });
    },
    restore: (field: CustomField) =>
      restoreField(account, field.id).catch(tell('The field was not brought back')).finally(refresh),
    /** Puts a field where its neighbour stands, and the neighbour where it stood. */
    swap: (one: CustomField, other: CustomField) =>
      exchange(one, other, (field, position) => updateField(account, field, { position })),
    /** The same with folders. */
    swapFolders: (one: FieldFolder, other: FieldFolder) =>
      exchange(one, other, (folder, position) => updateFolder(account, folder, { position })),
    addFolder: (object: FieldObject, name: string, position: number) =>
      createFolder(account, { object, name, position }, crypto.randomUUID())
        .catch(tell('The folder was not made'))
        .finally(refresh),
  };
}
