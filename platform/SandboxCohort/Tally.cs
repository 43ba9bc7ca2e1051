using System.Collections.Concurrent;
using Ips.Contracts.Billing.V1;

namespace Ips.SandboxCohort;

/// <summary>What the cohort counts of itself, from the answers to its calls; Reporting counts the same from events.</summary>
public sealed class Tally
{
    private readonly Lock turn = new();
    private readonly HashSet<int> working = [];
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>People registered, by program.</summary>
    public ConcurrentDictionary<string, int> People { get; } = new(StringComparer.Ordinal);

    /// <summary>People admitted, by program.</summary>
    public ConcurrentDictionary<string, int> Admitted { get; } = new(StringComparer.Ordinal);

    /// <summary>The milestones with the state that each was seen in last.</summary>
    public ConcurrentDictionary<string, (int Number, MilestoneState State)> Milestones { get; } = new(StringComparer.Ordinal);

    /// <summary>Claim lines by program and state when they were created.</summary>
    public ConcurrentDictionary<(string Program, ClaimLineState State), int> Lines { get; } = new();

    /// <summary>Rules for which lines were refused or held, and how often.</summary>
    public ConcurrentDictionary<string, int> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>Service notes.</summary>
    public int Notes => Of(nameof(Notes));

    /// <summary>Requests that a payer answered.</summary>
    public int Authorizations => Of(nameof(Authorizations));

    /// <summary>Jobs that began.</summary>
    public int JobStarts => Of(nameof(JobStarts));

    /// <summary>Jobs that ended.</summary>
    public int JobEnds => Of(nameof(JobEnds));

    /// <summary>Jobs that began more than thirty days after one was lost.</summary>
    public int NextJobs => Of(nameof(NextJobs));

    /// <summary>People who left the service.</summary>
    public int Discharges => Of(nameof(Discharges));

    /// <summary>Claims sent.</summary>
    public int Claims => Of(nameof(Claims));

    /// <summary>Lines that a file of claims left out.</summary>
    public int LeftOut => Of(nameof(LeftOut));

    /// <summary>Payments that a payer took back.</summary>
    public int Reversals => Of(nameof(Reversals));

    /// <summary>People found to have had Medicaid in the past.</summary>
    public int RetroactiveMedicaid => Of(nameof(RetroactiveMedicaid));

    /// <summary>Fidelity reviews that are final.</summary>
    public int Reviews => Of(nameof(Reviews));

    /// <summary>Reviews that a team contested.</summary>
    public int Contested => Of(nameof(Contested));

    /// <summary>How many people have a job now.</summary>
    public int NowWorking
    {
        get
        {
            lock (turn)
                return working.Count;
        }
    }

    internal void Add(string what, int number = 1) => counts.AddOrUpdate(what, number, (_, known) => known + number);

    internal void Register(string program) => People.AddOrUpdate(program, 1, (_, known) => known + 1);

    internal void Admit(string program) => Admitted.AddOrUpdate(program, 1, (_, known) => known + 1);

    internal void See(Milestone milestone) => Milestones[milestone.Name] = (milestone.Number, milestone.State);

    internal void Line(ClaimLine line)
    {
        Lines.AddOrUpdate((line.Program, line.State), 1, (_, known) => known + 1);
        foreach (var refusal in line.Refusals)
            Refuse($"{line.Program} {line.State} {refusal.RuleId} {refusal.Reason}");
    }

    internal void Refuse(string why) => Refusals.AddOrUpdate(why, 1, (_, known) => known + 1);

    internal void Working(int person, bool works)
    {
        lock (turn)
            _ = works ? working.Add(person) : working.Remove(person);
    }

    private int Of(string what) => counts.GetValueOrDefault(what);
}
