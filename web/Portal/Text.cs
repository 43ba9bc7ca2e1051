using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Reporting.V1;
using Ips.Contracts.Staffing.V1;

namespace Ips.Portal;

/// <summary>How values read on a page.</summary>
internal static class Text
{
    /// <summary>What stands in the place of a number that is withheld.</summary>
    public const string Withheld = "withheld";

    private static readonly HashSet<string> Abbreviations = new(["pcp", "ips", "vr", "dvrs", "mco", "fasp", "lme", "esp", "epm"], StringComparer.Ordinal);

    /// <summary>How many rows a page shows at most: their names are read one by one.</summary>
    public const int Rows = 100;

    // Members whose names say less than the words of the field.
    private static readonly Dictionary<System.Enum, string> Plain = new()
    {
        [AuthorizationState.PendedInfo] = "Waiting for information",
        [AuthorizationState.Attention] = "Needs attention",
        [AuthorizationKind.Ips] = "IPS",
        [AuthorizationKind.M2] = "Milestone 2",
        [AuthorizationKind.M6] = "Milestone 6",
        [AuthorizationKind.LaPriorAuth] = "Prior authorization (Louisiana)",
        [AuthorizationOutcome.Pend] = "Return for information",
        [Contracts.Billing.V1.ClaimLineState.Attention] = "Needs attention",
        [Contracts.Billing.V1.MilestoneState.Collecting] = "Facts missing",
        [Contracts.Billing.V1.MilestoneState.Approved] = "Approved, letter not uploaded",
        [Contracts.Billing.V1.MilestoneState.Billable] = "Can be claimed",
        [Contracts.Billing.V1.MilestoneState.PaidByVr] = "Paid by vocational rehabilitation",
        [Contracts.Billing.V1.EvidenceSource.Vr] = "Vocational rehabilitation",
        [Contracts.Billing.V1.EvidenceSource.Unspecified] = "",
        [DocumentSource.IpsTeam] = "IPS team",
        [DocumentSource.BhProvider] = "Behavioral-health provider",
        [ReferralState.Referred] = "New",
        [ReferralState.DvrsDetermining] = "Acknowledged, to be decided",
        [ReferralState.EligibleOpen] = "Eligible, case open",
        [IntakeSource.Mco] = "Payer",
        [IntakeSource.Vr] = "Vocational rehabilitation",
        [IntakeStep.Contact] = "Contact the person",
        [IntakeStep.Answer] = "Accept or decline",
        [IntakeStep.Convert] = "Register the person",
        [IntakeStep.RecordFacts] = "Record what is missing",
        [IntakeStep.Determine] = "Determine eligibility",
        [Evaluator.Dhhs] = "State reviewers",
        [Evaluator.ApprovedContractor] = "Approved contractor",
        [Evaluator.Provider] = "The agency itself",
        [CommitteeMember.Client] = "Person served",
        [CommitteeMember.IpsSupervisor] = "IPS supervisor",
        [CommitteeMember.Vr] = "Vocational rehabilitation",
        [ExclusionList.OigLeie] = "OIG list of excluded persons (LEIE)",
        [ExclusionList.AdverseActions] = "State list of adverse actions",
        [TeamMeetingKind.Vr] = "Vocational rehabilitation",
        [TrainingCourse.Annual] = "Yearly training",
        [TrainingCourse.Cips] = "CIPS certificate",
        [TrainingCourse.FirstAidCpr] = "First Aid and CPR",
        [TrainingCourse.Ips101] = "IPS 101",
        [TrainingCourse.IpsPrinciples] = "IPS principles",
        [TrainingCourse.IpsTraining] = "IPS training",
        [TrainingCourse.Mi] = "Motivational interviewing",
        [TrainingCourse.MiEmployment] = "Motivational interviewing for employment",
        [TrainingCourse.PcEmploymentPlanning] = "Person-centered employment planning",
        [TrainingCourse.SupervisingCpss] = "Supervising certified peer support specialists",
        [StaffRole.Esp] = "Employment specialist",
        [StaffRole.Epm] = "Peer mentor",
        [Verdict.Met] = "Met",
        [Verdict.NotMet] = "Not met",
        [Verdict.NeedsFacts] = "Facts missing",
        [Verdict.NeedsReview] = "A person decides",
    };

    /// <summary>A code in words: <c>service-order-renewal</c> and <c>service_order_renewal</c> are "Service order renewal", <c>integrated_pcp</c> is "Integrated PCP".</summary>
    public static string Words(string code)
    {
        var words = code.Split('-', '_', ' ').Select(word => Abbreviations.Contains(word) ? word.ToUpperInvariant() : word);
        return string.Join(' ', words) is { Length: > 0 } text ? char.ToUpperInvariant(text[0]) + text[1..] : code;
    }

    /// <summary>A member of an enum in words; the unspecified one is "Not stated".</summary>
    public static string Words<T>(T value)
        where T : struct, System.Enum => Plain.TryGetValue(value, out var words) ? words : Split(value.ToString());

    /// <summary>The last part of a resource name: <c>organizations/harbor-works</c> is "harbor-works".</summary>
    public static string Code(string resource) => resource[(resource.LastIndexOf('/') + 1)..];

    /// <summary>The end of an id, enough to distinguish the rows of a page.</summary>
    public static string Short(string resource) => Code(resource) is { Length: > 8 } id ? id[^8..] : Code(resource);

    /// <summary>A resource by its kind and the end of its id: <c>serviceOrders/...51e3747b</c> is "Service order 51e3747b".</summary>
    public static string Resource(string name) => name.Split('/') is [var kind, _] ? $"{Split(char.ToUpperInvariant(kind[0]) + kind[1..].TrimEnd('s'))} {Short(name)}" : name;

    /// <summary>A number of units.</summary>
    public static string Units(int units) => units == 1 ? "1 unit" : $"{Number(units)} units";

    /// <summary>A number with thousands separated.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A figure's number, or that it is withheld.</summary>
    public static string Number(Figure figure) => figure.Suppressed ? Withheld : Number(figure.Count);

    /// <summary>How many there are: <c>more</c> when the list goes on.</summary>
    public static string Count(int count, bool more) => more ? $"more than {Number(count)}" : Number(count);

    /// <summary>What a caption adds when the page shows only the first of a list.</summary>
    public static string Cut(int count) => count > Rows ? $"; the first {Rows} are shown" : "";

    /// <summary>An amount as the contract writes it, with thousands separated.</summary>
    public static string Money(Contracts.Common.V1.Money money) =>
        $"{money.CurrencyCode} {decimal.Parse(money.Amount, CultureInfo.InvariantCulture).ToString("N2", CultureInfo.InvariantCulture)}";

    /// <summary>The sum of amounts in each currency; "no amount" of none.</summary>
    public static string Sum(IEnumerable<Contracts.Common.V1.Money?> amounts)
    {
        var sums = amounts.OfType<Contracts.Common.V1.Money>().GroupBy(money => money.CurrencyCode, StringComparer.Ordinal)
            .Select(money => $"{money.Key} {money.Sum(one => decimal.Parse(one.Amount, CultureInfo.InvariantCulture)).ToString("N2", CultureInfo.InvariantCulture)}");
        return string.Join(", ", sums) is { Length: > 0 } sum ? sum : "no amount";
    }

    /// <summary>First and last day.</summary>
    public static string Span(string from, string through) => from.Length == 0 ? "" : through.Length == 0 ? $"from {from}" : $"{from} to {through}";

    /// <summary>An instant in UTC, to the second.</summary>
    public static string Instant(Timestamp at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>An instant in UTC, to the minute.</summary>
    public static string Minute(Timestamp at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>An instant for machines.</summary>
    public static string Machine(Timestamp at) => at.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>How long until an instant, or how long it has passed, in the two greatest units.</summary>
    public static string Left(Timestamp until, DateTimeOffset now)
    {
        var left = until.ToDateTimeOffset() - now;
        return left < TimeSpan.Zero ? $"overdue by {Long(-left)}" : $"{Long(left)} left";
    }

    /// <summary>How many days until a day, as a service counts them; negative when it has passed.</summary>
    public static string DaysLeft(int days) => days switch
    {
        < -1 => $"overdue by {Number(-days)} days",
        -1 => "overdue by 1 day",
        0 => "due today",
        1 => "1 day left",
        _ => $"{Number(days)} days left",
    };

    /// <summary>Days from Monday to Friday after the day of one instant through the day of another, UTC.</summary>
    public static int BusinessDays(DateTimeOffset after, DateTimeOffset through)
    {
        var days = DateOnly.FromDateTime(through.UtcDateTime).DayNumber - DateOnly.FromDateTime(after.UtcDateTime).DayNumber;
        return Enumerable.Range(1, Math.Max(days, 0)).Count(day => after.UtcDateTime.AddDays(day).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
    }

    private static string Long(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => $"{(int)span.TotalDays} d {span.Hours} h",
        { TotalHours: >= 1 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        _ => $"{(int)Math.Max(span.TotalMinutes, 1)} min",
    };

    private static string Split(string member)
    {
        if (member == "Unspecified")
            return "Not stated";
        StringBuilder words = new();
        foreach (var letter in member)
        {
            if (char.IsUpper(letter) && words.Length > 0)
                words.Append(' ');
            words.Append(words.Length > 0 ? char.ToLowerInvariant(letter) : letter);
        }

        return words.ToString();
    }
}
