using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Ips.Contracts.Staffing.V1;
using Ips.Platform.Rpc;

namespace Ips.SandboxCohort;

/// <summary>What to load.</summary>
/// <param name="People">How many people, 10 or more.</param>
/// <param name="Days">How many days they live through, ending with yesterday.</param>
/// <param name="Yesterday">The last day.</param>
/// <param name="Seed">Who they are and what happens to them.</param>
public sealed record CohortPlan(int People, int Days, DateOnly Yesterday, int Seed = 1)
{
    /// <summary>The fewest people with whom everything that is rare happens.</summary>
    public const int FewestPeople = 10;

    /// <summary>A year and a half.</summary>
    public const int UsualDays = 548;
}

/// <summary>
/// A seeded cohort that lives through its days by the public APIs alone: agencies hire and meet, people come, are admitted, seen, hired and billed, payers and
/// vocational rehabilitation answer. The same plan makes the same lives.
/// </summary>
public sealed class Cohort : IDisposable
{
    private readonly ConcurrentDictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Journal journal;
    private readonly Wire wire;
    private readonly CohortPlan plan;
    private readonly TextWriter progress;
    private DateOnly month;

    /// <param name="plan">What to load.</param>
    /// <param name="directory">Where the journal of the load is kept.</param>
    /// <param name="address">The address of a service's gRPC endpoint.</param>
    /// <param name="token">A token of a role and an organization.</param>
    /// <param name="shift">The clock of the sandbox.</param>
    /// <param name="progress">Gets how far the load is.</param>
    /// <param name="stop">Stops the load; the next one continues.</param>
    public Cohort(CohortPlan plan, string directory, Func<string, Uri> address, Func<string, string, string> token, ClockShift shift, TextWriter progress,
        CancellationToken stop)
    {
        (this.plan, this.progress) = (plan, progress);
        var first = plan.Yesterday.AddDays(-plan.Days);
        journal = new(Path.Combine(directory, "cohort.journal"));
        wire = new(address, token, string.Create(CultureInfo.InvariantCulture, $"{plan}"), journal, stop);
        Calendar = new(shift, TimeProvider.System, first, plan.Yesterday, Report);
    }

    /// <summary>What happened.</summary>
    public Tally Count { get; } = new();

    /// <summary>How many calls were made; those of an earlier, interrupted load are not among them.</summary>
    public int Calls => wire.Calls;

    internal Calendar Calendar { get; }

    internal int Seed => plan.Seed;

    /// <summary>Lives through the days; then the clock of the sandbox is that of the machine again.</summary>
    /// <exception cref="CohortException">A call was refused; the text has the step.</exception>
    public async Task Load()
    {
        var began = Stopwatch.GetTimestamp();
        List<Func<Task>> lives = [];
        await Network.Open(Desk("ops", "platform", "network"), Calendar.First);
        Dictionary<string, Payer> payers = ProgramCast.All.Select(program => program.Payer).Distinct(StringComparer.Ordinal)
            .ToDictionary(code => code, code => new Payer(this, code), StringComparer.Ordinal);
        lives.AddRange(payers.Values.Select(payer => (Func<Task>)payer.Live));
        lives.AddRange(ProgramCast.All.Select(program => program.VrAgency).Distinct(StringComparer.Ordinal)
            .Select(code => (Func<Task>)new RehabilitationAgency(this, code).Live));
        var number = 0;
        foreach (var (program, people) in Shares())
        {
            Agency agency = new(this, program);
            lives.Add(() => agency.Live(people));
            lives.Add(new ClaimsOffice(this, agency, payers[program.Payer]).Live);
            lives.Add(new FidelityReviews(this, agency).Live);
            for (var place = 0; place < people; place++)
            {
                var person = Person.Of(plan.Seed, ++number, Calendar.First);
                var life = LifeOf(agency, person, place);
                // The first come at once; the others over the first two thirds of the time, so that the last have a story too.
                var arrival = Calendar.First.AddDays(place < 3 ? 3 + (place * 5) : 10 + (int)((long)place * plan.Days * 2 / 3 / people));
                lives.Add(() => life.Live(arrival));
            }
        }

        await Calendar.Run(lives);
        Calendar.End();
        Summarize(Stopwatch.GetElapsedTime(began));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wire.Dispose();
        journal.Dispose();
    }

    internal Desk Desk(string role, string organization, string life) => new(wire, role, organization, new Steps(life));

    /// <summary>Remembers whose record a name is.</summary>
    internal void Introduce(string individual, Person person, string program)
    {
        numbers[individual] = person.Number;
        Count.Register(program);
    }

    /// <summary>The number of the person whose record it is.</summary>
    internal int PersonOf(string individual) => numbers.GetValueOrDefault(individual);

    private Life LifeOf(Agency agency, Person person, int place) => agency.Program.Id switch
    {
        "nc-core" => new NorthCarolinaCore(this, agency, person, place),
        "nc-state" => new NorthCarolinaState(this, agency, person, place),
        "mo-dmh-vr" => new Missouri(this, agency, person, place),
        _ => new Louisiana(this, agency, person, place),
    };

    // Each program has its share; what rounding leaves goes to the first.
    private List<(ProgramCast Program, int People)> Shares()
    {
        var shares = ProgramCast.All.Select(program => (program, People: plan.People * program.Share / ProgramCast.All.Sum(one => one.Share))).ToList();
        shares[0] = (shares[0].program, shares[0].People + plan.People - shares.Sum(share => share.People));
        return shares;
    }

    private void Report(DateOnly day)
    {
        if (day.Month == month.Month && day.Year == month.Year)
            return;
        month = day;
        progress.WriteLine($"  {day:yyyy-MM}: {Count.People.Values.Sum()} people, {Count.NowWorking} working, {Count.Notes} notes, {Calls} calls");
    }

    private void Summarize(TimeSpan elapsed)
    {
        progress.WriteLine($"Cohort: {Count.People.Values.Sum()} people, {Calendar.First:yyyy-MM-dd} to {Calendar.Last:yyyy-MM-dd}, {Calls} calls in {elapsed.TotalSeconds:0} s");
        progress.WriteLine($"  people      {Text(Count.People)}");
        progress.WriteLine($"  admitted    {Text(Count.Admitted)}; left {Count.Discharges}");
        progress.WriteLine($"  jobs        {Count.JobStarts} began, {Count.JobEnds} ended, {Count.NowWorking} people work; {Count.NextJobs} found one again after more than 30 days");
        progress.WriteLine($"  milestones  {string.Join(", ", Count.Milestones.Values.CountBy(one => one).OrderBy(one => one.Key).Select(one => $"M{one.Key.Number} {one.Key.State} {one.Value}"))}");
        progress.WriteLine($"  lines       {string.Join(", ", Count.Lines.OrderBy(one => one.Key.Program, StringComparer.Ordinal).Select(one => $"{one.Key.Program} {one.Key.State} {one.Value}"))}");
        progress.WriteLine($"  claims      {Count.Claims} sent, {Count.Reversals} payments taken back, {Count.LeftOut} lines left out; {Count.RetroactiveMedicaid} people had Medicaid after all");
        progress.WriteLine($"  reviews     {Count.Reviews} final, {Count.Contested} contested; {Count.Notes} notes, {Count.Authorizations} authorizations answered");
        foreach (var (why, times) in Count.Refusals.OrderByDescending(one => one.Value))
            progress.WriteLine($"  {times,5} {why}");

        static string Text(IEnumerable<KeyValuePair<string, int>> counts) =>
            string.Join(", ", counts.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}"));
    }
}
