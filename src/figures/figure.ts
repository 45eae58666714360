/** What a figure shows, as data: drawn at any width and in any format later, and kept beside the drawing as its source. */

export interface Scale {
  readonly title: string;
  /** Linear scales begin at 0 unless `from` says otherwise; those of logarithms at a power of their base. */
  readonly scale: 'linear' | 'log2' | 'log10';
  readonly from?: number;
  readonly to?: number;
}

/** A value drawn through the plot. */
export interface Line {
  readonly at: number;
  readonly label: string;
}

/** Curves and points over two scales. */
export interface XyPlot {
  readonly kind: 'xy';
  readonly x: Scale;
  readonly y: Scale;
  readonly series: readonly {
    readonly label: string;
    readonly as: 'line' | 'points';
    readonly points: readonly (readonly [x: number, y: number])[];
    /** A word beside each point. */
    readonly names?: readonly string[];
  }[];
  /** Across, at a value of y. */
  readonly line?: Line;
}

/** A group of bars for each name, one bar for each series; on top of each other where `stacked`. */
export interface BarPlot {
  readonly kind: 'bars';
  readonly groups: readonly string[];
  readonly groupTitle: string;
  readonly y: Scale;
  readonly series: readonly {
    readonly label: string;
    /** By group; null: there is none. */
    readonly values: readonly (number | null)[];
    /** From the least to the most, by group. */
    readonly spread?: readonly (readonly [least: number, most: number] | null)[];
  }[];
  readonly stacked?: boolean;
  readonly line?: Line;
}

/** A row for each name with a mark for each series. A series without a value keeps its mark and stands in no legend. */
export interface DotPlot {
  readonly kind: 'dots';
  readonly rows: readonly string[];
  readonly x: Scale;
  readonly series: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
  readonly line?: Line;
}

/** A tornado: for each input a bar from the result at its low end to the result at its high end. */
export interface RangePlot {
  readonly kind: 'ranges';
  readonly x: Scale;
  /** The result with all inputs as they are. */
  readonly base: number;
  readonly rows: readonly {
    readonly label: string;
    readonly low: { readonly input: string; readonly result: number };
    readonly high: { readonly input: string; readonly result: number };
  }[];
  /** Where the conclusion turns round. */
  readonly line?: Line;
}

export type Plot = XyPlot | BarPlot | DotPlot | RangePlot;

export interface Figure {
  /** File name without its suffix. */
  readonly name: string;
  readonly title: string;
  /** What the numbers are of, in a sentence or two without results. */
  readonly caption: string;
  /** One column of a paper (3.33 in) or both (7 in). */
  readonly width: 'column' | 'page';
  readonly plot: Plot;
}
