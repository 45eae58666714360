/** Two temperatures: some share of the references goes to a few pages at the beginning of the region, the rest to the others. */
import { eachReference, pageGenerator } from '../page-generator.js';

export const hotspot = pageGenerator({
  description: 'a share of the references to a few hot pages, the rest to the others, equally likely among themselves',
  parameters: {
    hot: {
      meaning: 'pages that are hot, in per cent, at least one',
      default: 10,
      least: 0,
      most: 100,
      fractional: true,
    },
    share: { meaning: 'references to hot pages, in per cent', default: 90, least: 0, most: 100, fractional: true },
  },
  start(pages, random, values) {
    const hot = Math.max(1, Math.floor((pages * values.hot) / 100));
    const cold = pages - hot;
    return eachReference(() =>
      cold === 0 || random.next53() < values.share / 100 ? random.below(hot) : hot + random.below(cold),
    );
  },
});
