import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { FolderPlus, Plus, TextCursorInput } from 'lucide-react';
import { useState } from 'react';
import { allowsIn, useSession } from '@/features/access';
import type { CustomField, FieldFolder } from '@/lib/api';
import { Button } from '@/ui/button';
import { Disclosure } from '@/ui/disclosure';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { Segmented } from '@/ui/segmented';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { type FieldObject, fieldsQuery, foldersQuery } from '../api';
import { FieldForm } from '../components/field-form';
import { FieldRow } from '../components/field-row';
import { FolderHead } from '../components/folder-head';
import { useFieldActions } from '../use-field-actions';
import { byFolder } from '../value';

const route = getRouteApi('/signed-in/a/$account/settings/fields');

/** The fields that a sub-account makes for itself. */
export function FieldsScreen() {
  const { account } = route.useParams();
  const { object = 'contact' } = route.useSearch();
  const navigate = route.useNavigate();
  const canManage = allowsIn(useSession(), { account }, 'fields.manage');
  const fields = useQuery(fieldsQuery(account, object));
  const folders = useQuery(foldersQuery(account, object));
  const actions = useFieldActions(account);
  const [open, setOpen] = useState<CustomField | 'new' | null>(null);

  const all = fields.data ?? [];
  const shown = all.filter(({ id }) => !actions.hidden.has(id));
  const archived = shown.filter(({ archived_at }) => archived_at);
  const last = Math.max(0, ...all.map(({ position }) => position));
  const toFolder = (folder: FieldFolder, id: string | undefined) => {
    const other = folders.data?.find((one) => one.id === id);
    return other && (() => void actions.swapFolders(folder, other));
  };
  const row = (field: CustomField, at: number, group: readonly CustomField[]) => {
    const to = (other: CustomField | undefined) => other && (() => void actions.swap(field, other));
    return (
      <FieldRow
        key={field.id}
        field={field}
        canManage={canManage}
        onEdit={() => setOpen(field)}
        onArchive={() => actions.archive(field)}
        onRestore={() => void actions.restore(field)}
        onUp={to(group[at - 1])}
        onDown={to(group[at + 1])}
      />
    );
  };
  const create = canManage && (
    <Button look="primary" icon={Plus} onClick={() => setOpen('new')}>
      New field
    </Button>
  );
  return (
    <>
      <PageHeader title="Custom fields" actions={create}>
        <Segmented
          label="Whose fields"
          value={object}
          options={[
            { value: 'contact', label: 'Contacts' },
            { value: 'company', label: 'Companies' },
          ]}
          onChange={(next: FieldObject) =>
            navigate({ search: { object: next === 'contact' ? undefined : next }, replace: true })
          }
        />
        {canManage && (
          <Button
            look="ghost"
            icon={FolderPlus}
            onClick={() => void actions.addFolder(object, nextName(folders.data ?? []), last + 10)}
          >
            New folder
          </Button>
        )}
      </PageHeader>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {fields.isPending || folders.isPending ? (
          <div className="flex flex-col gap-6 p-4">
            <Skeleton className="h-8" />
            <Skeleton className="h-8" />
            <Skeleton className="h-8" />
          </div>
        ) : fields.error ? (
          <Failure error={fields.error} retry={() => fields.refetch()} />
        ) : shown.length === 0 && (folders.data ?? []).length === 0 ? (
          <EmptyState icon={TextCursorInput} title="No fields of your own yet" action={create}>
            {object === 'contact'
              ? 'What your trade needs to know and no other does: a plan, a policy number, a shoe size. Each shows in every form, filter and import.'
              : 'What your trade needs to know of a company: its industry, its size, its contract. Filters find contacts by it too.'}
          </EmptyState>
        ) : (
          byFolder(shown, folders.data ?? []).map((group, at, groups) => {
            const folder = folders.data?.find(({ id }) => id === group.id);
            if (!folder && group.fields.length === 0) return null;
            return (
              <section key={group.id} aria-label={group.name || 'Without a folder'}>
                {folder && (
                  <FolderHead
                    key={folder.version}
                    account={account}
                    folder={folder}
                    canManage={canManage}
                    onUp={toFolder(folder, groups[at - 1]?.id)}
                    onDown={toFolder(folder, groups[at + 1]?.id)}
                  />
                )}
                <ul className="divide-y divide-line border-line border-b">{group.fields.map(row)}</ul>
                {group.fields.length === 0 && (
                  <p className="px-4 py-2 text-ink-3 text-xs">No fields here yet: edit one to move it in.</p>
                )}
              </section>
            );
          })
        )}
        {archived.length > 0 && (
          <div className="p-4">
            <Disclosure title="Archived" note={String(archived.length)}>
              <ul>{archived.map((field) => row(field, 0, []))}</ul>
            </Disclosure>
          </div>
        )}
      </div>
      <SidePanel
        open={open !== null}
        onClose={() => setOpen(null)}
        title={open === 'new' ? 'New field' : (open?.name ?? '')}
      >
        {open && (
          <FieldForm
            account={account}
            object={object}
            field={open === 'new' ? undefined : open}
            folders={folders.data ?? []}
            position={last + 10}
            onDone={() => setOpen(null)}
          />
        )}
      </SidePanel>
    </>
  );
}

/** A name that no other folder has: it is renamed at once. */
function nextName(folders: readonly { name: string }[]): string {
  let n = 1;
  const name = () => (n === 1 ? 'New folder' : `New folder ${n}`);
  while (folders.some((folder) => folder.name === name())) n += 1;
  return name();
}
