import { LabIcon } from '@jupyterlab/ui-components';
import buildingSvg from '../style/icons/building.svg';
import cancelledSvg from '../style/icons/cancelled.svg';
import failedSvg from '../style/icons/failed.svg';
import queuedSvg from '../style/icons/queued.svg';
import readySvg from '../style/icons/ready.svg';
import starSvg from '../style/icons/star.svg';
import terrariumSvg from '../style/icons/terrarium.svg';
import warningSvg from '../style/icons/warning.svg';

export const terrariumIcon = new LabIcon({
  name: 'terrarium:terrarium',
  svgstr: terrariumSvg
});
export const readyIcon = new LabIcon({
  name: 'terrarium:ready',
  svgstr: readySvg
});
export const warningIcon = new LabIcon({
  name: 'terrarium:warning',
  svgstr: warningSvg
});
export const failedIcon = new LabIcon({
  name: 'terrarium:failed',
  svgstr: failedSvg
});
export const cancelledIcon = new LabIcon({
  name: 'terrarium:cancelled',
  svgstr: cancelledSvg
});
export const buildingIcon = new LabIcon({
  name: 'terrarium:building',
  svgstr: buildingSvg
});
export const queuedIcon = new LabIcon({
  name: 'terrarium:queued',
  svgstr: queuedSvg
});
export const starIcon = new LabIcon({
  name: 'terrarium:star',
  svgstr: starSvg
});
