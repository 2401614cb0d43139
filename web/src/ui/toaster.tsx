import { useStore } from '@/lib/store';
import { toasts } from '@/lib/toast';
import { useOverlays } from './overlays';

/** Shows what lib/toast was told. One for the page. F8 moves the focus here. */
export function Toaster() {
  const told = useStore(toasts).length > 0;
  const overlays = useOverlays(told);
  return overlays && <overlays.ToasterSurface />;
}
