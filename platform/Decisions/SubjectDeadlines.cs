using Ips.Contracts;

namespace Ips.Platform.Decisions;

/// <summary>
/// The deadlines about some subjects, as a use case read them. It sets one when a fact starts a clock, sets it again when the fact is corrected, and meets or
/// cancels it when the clock stops. What changes goes to <see cref="Changes"/>, so a deadline is stored exactly when its fact is stored.
/// </summary>
/// <param name="present">Every deadline about the subjects.</param>
/// <param name="policies">Knows the time zone of each program.</param>
/// <param name="clock">Gives a new deadline its id.</param>
public sealed class SubjectDeadlines(IEnumerable<Deadline> present, PolicyService policies, TimeProvider clock)
{
    /// <summary>The kind of the deadline for a person's answer about what needs attention.</summary>
    public const string AttentionKind = "attention";

    /// <summary>Days for that answer. A working time of the platform: no rule of a program sets one.</summary>
    public const int AttentionDays = 7;

    private readonly List<Deadline> all = [.. present];

    /// <summary>Sets or corrects a deadline. Setting the same day is a no-op; a deadline that ended is reopened.</summary>
    public void Set(DeadlineTerms terms, Changes changes)
    {
        var zone = policies.Engine.Programs[terms.Program].Header.TimeZone;
        if (all.Find(d => d.Subject == terms.Subject && d.RuleId == terms.RuleId && d.Kind == terms.Kind) is not { } deadline)
        {
            all.Add(deadline = changes.Insert(new Deadline
            {
                Id = DeadlineId.New(clock),
                Subject = terms.Subject,
                RuleId = terms.RuleId,
                Kind = terms.Kind,
                Provider = terms.Provider,
                IndividualId = terms.Individual,
                Program = terms.Program,
                TimeZone = zone,
                RecordedAt = changes.Now,
            }));
        }

        var before = (deadline.TimeZone, deadline.Arming);
        deadline.TimeZone = zone;
        deadline.Arm(terms.DueOn, terms.DueAt, terms.LeadDays, changes.Now);
        if (before != (deadline.TimeZone, deadline.Arming))
            changes.Update(deadline);
    }

    /// <summary>What was due was done, in time or late: no further event is published.</summary>
    public void Meet(string subject, string kind, Changes changes) => Settle(DeadlineState.Met, subject, kind, changes);

    /// <summary>Nothing is due any more: for one kind, or for everything about the subject.</summary>
    public void Cancel(string subject, string? kind, Changes changes) => Settle(DeadlineState.Cancelled, subject, kind, changes);

    /// <summary>
    /// What needs attention waits for a person's answer, due some days after it was found. With no rule nothing needs attention any more, and the deadline is met.
    /// </summary>
    /// <param name="subject">Resource name of what needs attention.</param>
    /// <param name="rule">The rule that it does not meet any more; null when it stands or was answered.</param>
    /// <param name="program">Its program.</param>
    /// <param name="provider">Its tenant.</param>
    /// <param name="individual">Its person.</param>
    /// <param name="changes">Gets the deadlines that changed.</param>
    public void SyncAttention(string subject, string? rule, string program, string provider, IndividualId individual, Changes changes)
    {
        foreach (var other in all.Where(d => d.Subject == subject && d.Kind == AttentionKind && d.RuleId != rule && d.Runs))
        {
            other.Settle(DeadlineState.Met, changes.Now);
            changes.Update(other);
        }

        if (rule is not null && !all.Exists(d => d.Subject == subject && d.Kind == AttentionKind && d.RuleId == rule && d.Runs))
            Set(new(subject, AttentionKind, rule, program, provider, individual, policies.Today(program)!.Value.AddDays(AttentionDays), 2), changes);
    }

    private void Settle(DeadlineState how, string subject, string? kind, Changes changes)
    {
        foreach (var deadline in all.Where(d => d.Subject == subject && (kind is null || d.Kind == kind) && d.Runs))
        {
            deadline.Settle(how, changes.Now);
            changes.Update(deadline);
        }
    }
}

/// <summary>Reads deadlines for use cases.</summary>
public sealed class DeadlineReader
{
    private readonly GroupReader<string, List<Deadline>> reader;
    private readonly PolicyService policies;
    private readonly TimeProvider clock;

    /// <param name="rows">Reads the rows.</param>
    /// <param name="policies">Knows the time zone of each program.</param>
    /// <param name="clock">Gives a new deadline its id.</param>
    public DeadlineReader(IRowReader rows, PolicyService policies, TimeProvider clock)
    {
        (this.policies, this.clock) = (policies, clock);
        // The caller's rows by row-level security; the people of a payer would have to be read once more to check it again.
        reader = new("deadlines", async (caller, subjects) =>
            (await rows.Read(caller, [new(typeof(Deadline), nameof(Deadline.Subject), subjects.ToArray())]))[0]
            .Cast<Deadline>().GroupBy(deadline => deadline.Subject).ToDictionary(about => about.Key, about => about.ToList()));
    }

    /// <summary>Every deadline about the subjects.</summary>
    public async Task<SubjectDeadlines> About(Caller caller, IReadOnlyList<string> subjects, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(subjects.Distinct().Select(subject => reader.Read(caller, subject, cancellationToken)));
        return new(found.SelectMany(deadlines => deadlines ?? []), policies, clock);
    }

    /// <summary>Every deadline about the subject.</summary>
    public Task<SubjectDeadlines> About(Caller caller, string subject, CancellationToken cancellationToken) => About(caller, [subject], cancellationToken);
}
