import type { ReactNode } from 'react';
import { useOverlays } from './overlays';

export interface SidePanelProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  children: ReactNode;
}

/** Details beside the page they belong to. Escape, the scrim and the cross close it. */
export function SidePanel(props: SidePanelProps) {
  const overlays = useOverlays(props.open);
  return overlays && <overlays.SidePanelSurface {...props} />;
}
