"""What `--help` says of each command: a line, then details and examples."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "run": (
        "simulate one run and leave tables, figures and a summary in a folder",
        """\
examples:
  antibrush run
  antibrush run market=small package=threshold_only days=90
  antibrush run package.detection.threshold=0.4 brushing.moral_cost=0.05 seed=7 out=results/mine
  antibrush run --detector mine=my_detector.py package.detection.detector=mine
  antibrush run market=large days=1460 checkpoint_every=30""",
    ),
    "resume": (
        "go on with a run, a study or a search that was interrupted",
        """\
A run goes on from its last checkpoint, all else with the runs that are missing, by the words that its folder
keeps; it ends as it would have without the interruption. A checkpoint is a Python pickle, and a study may
name a detector to be run: resume only what you ran yourself.

examples:
  antibrush resume results/run-status_quo_2015-1a2b3c4d
  antibrush resume results/demo-1a2b3c4d
  antibrush resume results/search-levers-1a2b3c4d""",
    ),
    "compare": (
        "compare packages over paired replications and leave tables and a report in a folder",
        """\
The same command into the same folder continues what is missing. until= stops a study when it knows enough:
OUTCOME:HALF_WIDTH (of every paired difference; of shares in percentage points), decided:OUTCOME (the sign of
every one), or decided:OUTCOME:HALF_WIDTH (either).

examples:
  antibrush compare experiment=demo
  antibrush compare experiment=headline until=decided:brushed_share:0.3 max_replications=60 look_every=5
  antibrush compare experiment=demo --worlds results/calibration-mine
  antibrush compare experiment=demo replications=20 workers=4 out=results/mine
  antibrush compare experiment=headline --worlds all
  antibrush compare arms=[no_enforcement,threshold_only] market=small days=90 replications=4""",
    ),
    "explore": (
        "run packages at many points of a space of levers and uncertainties",
        """\
The same command into the same folder continues what is missing; `resume` and `expand` go on with it.

examples:
  antibrush explore exploration=levers
  antibrush explore exploration=uncertainties points=256 replications=4 workers=4 out=results/mine
  antibrush explore exploration=levers design=my_points.csv
  antibrush explore arms=[threshold_only] design=sobol levers.package.detection.threshold=[0.3,0.97]""",
    ),
    "expand": (
        "make a study larger: more replications, packages or levels; what has ended is not run again",
        """\
The larger study has all runs of the smaller one. `resume` goes on with it if it is interrupted.

examples:
  antibrush expand results/demo-1a2b3c4d replications=+20
  antibrush expand results/demo-1a2b3c4d more_arms=[all_cases]""",
    ),
    "report": (
        "write the figures and the report of a folder again",
        """\
The plane of the report shows brushing against innocent shops hit, or any two outcomes of the study.

examples:
  antibrush report results/demo-1a2b3c4d
  antibrush report results/demo-1a2b3c4d x=honest_sales_rmb y=brushed_share""",
    ),
    "sensitivity": (
        "find what moves outcomes and the choice of a package, and what would change that choice",
        """\
Takes the folder of an exploration with design=morris or design=saltelli, or words that describe one, which is
run first. The best package leaves the least brushing unless choose= and limits say otherwise.

examples:
  antibrush sensitivity results/explore_uncertainties-1a2b3c4d
  antibrush sensitivity exploration=uncertainties points=16 replications=4
  antibrush sensitivity exploration=uncertainties design=saltelli points=64 out=results/mine
  antibrush sensitivity results/mine choose=honest_sales_rmb innocent_hits_per_1000_shop_years.max=20""",
    ),
    "robustness": (
        "compare packages over uncertain worlds: regret, limits that are kept, and where a package fails",
        """\
Takes the folder of an exploration of uncertainties. With limits a package fails where it misses one; without
any it fails where it is furthest behind the best package.

examples:
  antibrush robustness results/explore_uncertainties-1a2b3c4d
  antibrush robustness results/mine brushed_share.max=0.03 innocent_hits_per_1000_shop_years.max=20
  antibrush robustness results/mine choose=honest_sales_rmb""",
    ),
    "emulate": (
        "fit an emulator on an exploration, and answer any point of its design at once",
        """\
Without a point it fits and says how good it is at points left out; with one it answers, and refuses what lies
outside of the design. What a point does not say is in the middle of its range, or the first of its values;
KEY=all asks for each of its values. `antibrush list emulators` has those that come with this package.

examples:
  antibrush emulate levers_and_worlds at acted_share=0.25 scenario=all
  antibrush emulate results/explore_levers-1a2b3c4d
  antibrush emulate results/explore_levers-1a2b3c4d at detection.threshold=0.7 regulator.fine_rmb=50000
  antibrush emulate results/explore_levers-1a2b3c4d --output levers.npz
  antibrush emulate levers.npz at detection.threshold=0.7""",
    ),
    "parameters": (
        "list every parameter with unit, range, default and source",
        "examples:\n  antibrush parameters\n  antibrush parameters brushing --format csv",
    ),
    "list": (
        "list packages, laws, markets, buyers, scenarios, experiments, explorations, executors, searches, "
        "stress tests, policies, detectors, outcomes and emulators",
        "examples:\n  antibrush list\n  antibrush list packages\n  antibrush list outcomes",
    ),
    "doctor": ("check this installation in a few seconds", "example:\n  antibrush doctor"),
    "fit-detector": (
        "fit the detector on labelled warm-up data of seeds that no study uses",
        "example:\n  antibrush fit-detector --seeds 4 market=base",
    ),
    "export": (
        "simulate one run and leave labelled data for people who build detectors",
        """\
examples:
  antibrush export package=no_enforcement seed=7
  antibrush export market=small days=180 --days-of-orders 30 --output data""",
    ),
    "validate": (
        "hold the default world against its targets on seeds that nothing was tuned on",
        """\
Ends with code 1 if the mean of a target lies outside its band. With --controls the worlds are
broken on purpose (brushing fees tripled, detector off, flat ranking, newcomers first), and it ends with
code 1 if one of them stays inside a band that it has to leave, or if sanctions by lot leave one.

examples:
  antibrush validate --quick
  antibrush validate
  antibrush validate --worlds all --replications 10
  antibrush validate --worlds results/calibration-mine --replications 10
  antibrush validate --controls""",
    ),
    "calibrate": (
        "look for parameter sets that meet the targets and keep an ensemble of them",
        """\
The same command into the same folder goes on where it was interrupted. With targets=FILE it holds a market of
your own against bands that you give; the worlds then lie in the folder, for --worlds FOLDER.

examples:
  antibrush calibrate
  antibrush calibrate --waves 3 --points 80 workers=2 --output results/calibration
  antibrush calibrate targets=mine.yaml --output results/calibration-mine""",
    ),
    "search": (
        "search ranges of levers for packages that no other beats, and for the cheapest within limits",
        """\
Optuna asks for packages in batches; the most promising are run again on fresh seeds, and only that counts.
A limit is kept to where the end of an interval keeps to it that holds for all of them together. The same
command into the same folder goes on where it was interrupted. Needs Optuna: pip install "antibrush[search]".

examples:
  antibrush search search=levers trials=64 "innocent_hits_per_1000_shop_years<=2" workers=2
  antibrush search "innocent_hits_per_1000_shop_years<=2" "brushed_share<=2%"
  antibrush search "at most 2 wrongful hits per 1,000 shop-years" market=small trials=32 fresh=20
  antibrush search --configs mine search=my_levers trials=128 batch=16 candidates=20 out=results/mine""",
    ),
    "stress": (
        "search the brushers' best response to a package, and say what is left of the package then",
        """\
Searches all that the world lets brushers and organisers choose, from the day of the package on, for what
leaves most brushing. The best response is run again on fresh seeds, in pairs with none. The same command into
the same folder goes on where it was interrupted. Needs Optuna: pip install "antibrush[search]".

examples:
  antibrush stress package=threshold_and_fine
  antibrush stress package=threshold_only market=small trials=32 fresh=20 workers=2
  antibrush stress --configs results/search-levers-1a2b3c4d/configs package=cheapest_feasible""",
    ),
    "theory": (
        "search the parameter space for points at which propositions of the theory hold",
        """\
Screens points of the space, then confirms the best candidates of each proposition on other seeds. A parameter
that is set on the command line is not searched. The same command into the same folder goes on where it was
interrupted. The search as it is by default takes about 27 minutes on two cores that do nothing else.

T1 costlier brushing makes consumers worse off      T3 weight on sales helps consumers, then hurts
T2a, T2b middling enforcement is best               T4 dearer brushing is more brushing
T5 at equal expected fines, frequent small fines leave less brushing than rare large ones

examples:
  antibrush theory
  antibrush theory --points 64 --candidates 4 workers=2 --output results/theory
  antibrush theory --only T3 --points 64
  antibrush theory --only T4 --only T5
  antibrush theory market=small --points 16 --confirm 2 --output results/try""",
    ),
}
