import type { ReactNode } from 'react';
import { useOverlays } from './overlays';

export interface DrawerProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

/** What has a column of its own on a wide screen, over the page of a small one. */
export function Drawer(props: DrawerProps) {
  const overlays = useOverlays(props.open);
  return overlays && <overlays.DrawerSurface {...props} />;
}
