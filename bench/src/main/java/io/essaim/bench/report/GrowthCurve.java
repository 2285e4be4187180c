package io.essaim.bench.report;

import io.essaim.bench.report.Block.Point;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs that differ in one size, by that size. A cost that doubles with its size has the slope 1 over two logarithmic axes;
 * one that is the same for any size has 0. A slope lies between runs of one rate only.
 */
record GrowthCurve(String name, List<Step> steps) {
    /** Above it a slope is no longer noise around 1. */
    static final double WORSE_THAN_LINEAR = 1.15;

    /**
     * @param size of what grows
     * @param cost the whole, not per unit; NaN when unknown
     * @param slope from the point before; NaN for the first, and where a run says nothing
     */
    record Step(LoadResult run, int size, double cost, double slope) {
        boolean isWorseThanLinear() {
            return slope > WORSE_THAN_LINEAR;
        }

        boolean isValid() {
            return run.verdict() != Verdict.INVALID;
        }
    }

    /** One curve for each encoding. */
    static List<GrowthCurve> of(
            List<LoadResult> runs, ToIntFunction<LoadResult> size, ToDoubleFunction<LoadResult> cost) {
        Map<String, List<LoadResult>> byEncoding = new LinkedHashMap<>();
        for (LoadResult run : runs) {
            byEncoding
                    .computeIfAbsent(run.encoding(), encoding -> new ArrayList<>())
                    .add(run);
        }
        return byEncoding.entrySet().stream()
                .map(entry -> new GrowthCurve(entry.getKey(), steps(entry.getValue(), size, cost)))
                .toList();
    }

    private static List<Step> steps(
            List<LoadResult> runs, ToIntFunction<LoadResult> size, ToDoubleFunction<LoadResult> cost) {
        List<Step> steps = new ArrayList<>();
        @Nullable Step before = null;
        for (LoadResult run :
                runs.stream().sorted(Comparator.comparingInt(size)).toList()) {
            Step alone = new Step(run, size.applyAsInt(run), cost.applyAsDouble(run), Double.NaN);
            Step step = before == null || !alone.isValid()
                    ? alone
                    : new Step(run, alone.size, alone.cost, slope(before, alone));
            steps.add(step);
            before = step.isValid() ? step : before;
        }
        return steps;
    }

    private static double slope(Step from, Step to) {
        if (from.run.framesPerSecondAsked() != to.run.framesPerSecondAsked()) {
            // The swarm is stepped at one rate, whatever the frames': its share in a frame is another then.
            return Double.NaN;
        }
        double slope = Math.log(to.cost / from.cost) / Math.log((double) to.size / from.size);
        return Double.isFinite(slope) ? slope : Double.NaN;
    }

    List<Point> points(ToDoubleFunction<Step> y) {
        return steps.stream()
                .filter(Step::isValid)
                .map(step -> new Point(step.size, y.applyAsDouble(step)))
                .toList();
    }

    /** Through the last point, as it would be if cost were proportional. */
    List<Point> linear() {
        List<Point> points =
                points(Step::cost).stream().filter(Point::isDrawable).toList();
        if (points.size() < 2) {
            return List.of();
        }
        double first = points.get(0).x();
        Point last = points.get(points.size() - 1);
        return List.of(new Point(first, last.y() * first / last.x()), last);
    }
}
