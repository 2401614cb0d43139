import { Command as Cmdk } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useRegisteredCommands } from '@/lib/commands';
import { KeyCaps } from '@/ui/key-caps';

/** Everything that can be done here, by typing a part of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const commands = useRegisteredCommands().filter(({ palette }) => palette !== false);
  const groups = [...new Set(commands.map(({ group }) => group))];
  const run = (action: () => void) => {
    onClose();
    // After the dialog has given the focus back, so that the action can take it.
    setTimeout(action, 0);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-[14vh] z-40 mx-auto max-w-lg overflow-hidden rounded-xl bg-raised shadow-pop outline-none"
        >
          <Dialog.Title className="sr-only">Find a command</Dialog.Title>
          <Cmdk label="Find a command" loop>
            <Cmdk.Input
              autoFocus
              placeholder="What do you want to do?"
              className="h-12 w-full border-line border-b bg-transparent px-4 text-base outline-none"
            />
            <Cmdk.List className="scroll-thin max-h-[50vh] overflow-y-auto p-1.5">
              <Cmdk.Empty className="p-6 text-center text-ink-3">Nothing is called that.</Cmdk.Empty>
              {groups.map((group) => (
                <Cmdk.Group
                  key={group}
                  heading={group}
                  className="**:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:py-1.5 **:[[cmdk-group-heading]]:text-ink-3 **:[[cmdk-group-heading]]:text-xs"
                >
                  {commands
                    .filter((command) => command.group === group)
                    .map(({ id, title, words, keys, icon: Icon, run: action }) => (
                      <Cmdk.Item
                        key={id}
                        value={id}
                        keywords={[title, group, ...(words ? [words] : [])]}
                        onSelect={() => run(action)}
                        className="flex h-9 select-none items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover"
                      >
                        {Icon && (
                          <Icon aria-hidden size={15} strokeWidth={1.75} className="shrink-0 text-ink-3" />
                        )}
                        <span className="flex-1 truncate">{title}</span>
                        {keys && <KeyCaps keys={keys} />}
                      </Cmdk.Item>
                    ))}
                </Cmdk.Group>
              ))}
            </Cmdk.List>
          </Cmdk>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
