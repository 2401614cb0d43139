export { DrawerSurface } from './drawer-surface';
export { MenuSurface } from './menu-surface';
export { ModalSurface } from './modal-surface';
export { PopoverSurface } from './popover-surface';
export { SidePanelSurface } from './side-panel-surface';
export { TipSurface } from './tip-surface';
export { ToasterSurface } from './toaster-surface';
