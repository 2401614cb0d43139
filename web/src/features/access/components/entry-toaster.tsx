import { Tooltip } from 'radix-ui';
import { Toaster } from '@/ui/toaster';

/** What there is to say outside the shell, such as that a new password is set. */
export function EntryToaster() {
  return (
    <Tooltip.Provider delayDuration={400}>
      <Toaster />
    </Tooltip.Provider>
  );
}
