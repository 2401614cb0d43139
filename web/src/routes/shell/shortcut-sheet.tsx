import { useRegisteredCommands } from '@/lib/commands';
import { KeyCaps } from '@/ui/key-caps';
import { Modal } from '@/ui/modal';

/** Every shortcut that works here and now, by where it belongs. */
export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const commands = useRegisteredCommands().filter(({ keys }) => keys);
  const groups = [...new Set(commands.map(({ group }) => group))];
  return (
    <Modal open={open} onClose={onClose} title="Keyboard shortcuts">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group}>
            <h3 className="mb-1 font-medium text-ink-3 text-xs">{group}</h3>
            <dl>
              {commands
                .filter((command) => command.group === group)
                .map(({ id, title, keys = '' }) => (
                  <div key={id} className="flex items-center justify-between gap-4 py-1">
                    <dt>{title}</dt>
                    <dd>
                      <KeyCaps keys={keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
