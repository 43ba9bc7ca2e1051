using Ips.Contracts;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>A span of work of some kinds; both ends included.</summary>
public sealed class ExperienceSpan : IWithdrawable<ExperienceSpan>
{
    private const int DaysOfMonth = 31;

    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>Codes of <see cref="Proto.ExperienceKind"/>.</summary>
    public required List<string> Kinds { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day; null while it lasts.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>Hours a week.</summary>
    public required int HoursPerWeek { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was withdrawn, UTC; null while it counts.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>Why it was withdrawn.</summary>
    public Proto.CorrectionReason WithdrawnFor { get; set; }

    /// <summary>Whether it counts: it was not withdrawn.</summary>
    public bool Counts => WithdrawnAt is null;

    /// <inheritdoc/>
    public ExperienceSpan Copy() => (ExperienceSpan)MemberwiseClone();

    /// <summary>Whether it is of the kind.</summary>
    public bool Is(Proto.ExperienceKind kind) => Kinds.Contains(WireCode.Upper(kind)!);

    /// <summary>
    /// Whole months of a kind up to a day, included. A day in several spans counts once; spans without a day between them are one. Of each span whole months
    /// are counted by the calendar, and the days that remain of all spans together are a month for each 31, so that no sum is longer than the same days in a row.
    /// Hours do not matter: the texts count years and months.
    /// </summary>
    public static int Months(IEnumerable<ExperienceSpan> spans, Proto.ExperienceKind kind, DateOnly asOf)
    {
        var (months, days) = (0, 0);
        DateOnly? from = null;
        DateOnly until = default;
        foreach (var span in spans.Where(s => s.Counts && s.Is(kind) && s.From <= asOf).OrderBy(s => s.From))
        {
            // The first day that does not belong to the span any more.
            var after = (span.Through is { } last && last < asOf ? last : asOf).AddDays(1);
            if (from is null || span.From > until)
            {
                Add();
                (from, until) = (span.From, after);
            }
            else if (after > until)
            {
                until = after;
            }
        }

        Add();
        return months + (days / DaysOfMonth);

        void Add()
        {
            if (from is not { } first)
                return;
            var whole = 0;
            while (first.AddMonths(whole + 1) <= until)
                whole++;
            months += whole;
            days += until.DayNumber - first.AddMonths(whole).DayNumber;
        }
    }

    /// <summary>As the contract shows it.</summary>
    public Proto.Experience ToProto() => new()
    {
        Id = Id.ToString(),
        Kinds = { Kinds.Select(code => WireCode.TryRead<Proto.ExperienceKind>(code, out var kind) ? kind : default) },
        From = From.Day(),
        Through = Through.Day(),
        HoursPerWeek = HoursPerWeek,
    };
}
