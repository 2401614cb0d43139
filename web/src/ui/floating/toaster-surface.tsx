import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { useStore } from '@/lib/store';
import { dismissToast, offer, toasts } from '@/lib/toast';
import { IconButton } from '../icon-button';

export function ToasterSurface() {
  const items = useStore(toasts);
  return (
    <Toast.Provider swipeDirection="right" label="Notification">
      {items.map(({ id, title, detail, tone, action, duration = offer }) => (
        <Toast.Root
          key={id}
          duration={duration}
          type={tone === 'bad' ? 'foreground' : 'background'}
          onOpenChange={(open) => !open && dismissToast(id)}
          className="flex animate-rise items-center gap-2.5 rounded-lg bg-raised py-1.5 ps-3 pe-1.5 shadow-pop"
        >
          {tone === 'bad' && <CircleAlert aria-hidden size={16} className="shrink-0 text-bad" />}
          {tone === 'good' && <CircleCheck aria-hidden size={16} className="shrink-0 text-good" />}
          <div className="min-w-0 flex-1 py-1">
            <Toast.Title className="font-medium">{title}</Toast.Title>
            {detail && <Toast.Description className="text-ink-3 text-xs">{detail}</Toast.Description>}
          </div>
          {action && (
            <Toast.Action asChild altText={action.label}>
              <button
                type="button"
                onClick={action.run}
                className="h-7 shrink-0 rounded-md px-2 font-medium text-brand-ink hover:bg-hover"
              >
                {action.label}
              </button>
            </Toast.Action>
          )}
          <Toast.Close asChild>
            <IconButton icon={X} label="Dismiss" />
          </Toast.Close>
        </Toast.Root>
      ))}
      {/* An open panel makes the rest of the page inert; "Undo" of what was done in it must not be. What has
          aria-live is left in the tree by it, and each toast announces itself already. */}
      <Toast.Viewport
        aria-live="off"
        className="pointer-events-auto fixed end-3 bottom-3 z-50 flex w-[min(380px,calc(100vw-24px))] flex-col gap-2 outline-none"
      />
    </Toast.Provider>
  );
}
