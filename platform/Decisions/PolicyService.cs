using System.Security.Cryptography;
using System.Text;
using Ips.Policies;

namespace Ips.Platform.Decisions;

/// <summary>A decision with the facts it was taken on and the id under which it is stored.</summary>
/// <param name="Id">The id of the stored decision.</param>
/// <param name="Decision">The receipt.</param>
/// <param name="Facts">The facts as JSON.</param>
public sealed record DecisionRecord(Guid Id, Decision Decision, string Facts)
{
    /// <summary>SHA-256 of the receipt, lower-case hex.</summary>
    public string ReceiptSha256 => field ??= Convert.ToHexStringLower(SHA256.HashData(Decision.Utf8.Span));

    /// <summary>The first deciding rule that is not met, a no before what is not known; null when all are met.</summary>
    public string? FirstUnmet() => Decision.Findings.Where(f => f.Decides && f.Verdict != Verdict.Met)
        .OrderByDescending(f => f.Verdict == Verdict.NotMet).FirstOrDefault()?.Rule.Value;

    /// <summary>A value that the decision computed; the default when it computed none.</summary>
    public T? Value<T>(string name) => Decision.Values.GetValueOrDefault(name) is T value ? value : default;
}

/// <summary>A record that a decision rested on.</summary>
/// <param name="Id">Its id; a fact keeps it through all its versions.</param>
/// <param name="Version">The version that was read; 0 of a record without versions.</param>
public readonly record struct RestedOn(Guid Id, int Version = 0)
{
    /// <summary>The records with these resource names, without a version; a name that has no id is left out.</summary>
    public static IEnumerable<RestedOn> Named(params IEnumerable<string> names) =>
        from name in names
        let id = Guid.TryParse(name[(name.LastIndexOf('/') + 1)..], out var parsed) ? parsed : Guid.Empty
        where id != Guid.Empty
        select new RestedOn(id);
}

/// <summary>Runs the policies for a service. The evaluation is pure; this class reads the clock and turns errors into problems.</summary>
public sealed class PolicyService(PoliciesInForce inForce, TimeProvider clock, CompactTexts? texts = null)
{
    private readonly CompactTexts _texts = texts ?? new();

    /// <param name="engine">The packs in use for ever.</param>
    /// <param name="clock">Says which day it is.</param>
    public PolicyService(PolicyEngine engine, TimeProvider clock) : this(PoliciesInForce.Always(engine), clock)
    {
    }

    /// <summary>The packs in force now.</summary>
    public PolicyEngine Engine => inForce.Engine;

    /// <summary>Whether the policy of a program is the caller's to see: a state's own, and for operations every one.</summary>
    public bool MaySee(Caller caller, string program) => caller.Role == Roles.Ops
        || (caller.Role == Roles.State && Engine.Programs.TryGetValue(program, out var pack) && pack.Jurisdiction.StateAgency == caller.Organization);

    /// <summary>Today in the program's time zone; null for an unknown program.</summary>
    public DateOnly? Today(string program) => Engine.Programs.ContainsKey(program) ? DayOf(program, clock.GetUtcNow()) : null;

    /// <summary>The day of an instant in the program's time zone.</summary>
    /// <exception cref="KeyNotFoundException">There is no such program.</exception>
    public DateOnly DayOf(string program, DateTimeOffset at) => at.DayIn(TimeZoneInfo.FindSystemTimeZoneById(Engine.Programs[program].Header.TimeZone));

    /// <summary>Checks that a program exists and returns its current day; an unknown one is recorded as a problem of the field.</summary>
    public DateOnly Today(RequestValidator fields, string field, string program)
    {
        if (Today(program) is { } today)
            return today;
        fields.Wrong(field, program.Length == 0 ? $"is missing; send one of {Programs}" : $"is not a program; send one of {Programs}");
        return default;
    }

    /// <summary>Decides. A request that the policies cannot evaluate is returned as a problem of the request.</summary>
    public Result<DecisionRecord> Decide<TFacts>(string program, DecisionKind<TFacts> kind, DateOnly asOf, TFacts facts) where TFacts : notnull
    {
        try
        {
            using var span = DecisionTelemetry.Start(kind.Name, program);
            var decision = Engine.Decide(program, kind, asOf, facts);
            DecisionTelemetry.Decided(span, decision);
            return new DecisionRecord(Guid.CreateVersion7(clock.GetUtcNow()), decision, FactWriter.Write(facts));
        }
        catch (InvalidRequestException e)
        {
            return Problem.Invalid.From([.. e.Problems.Select(p => new Problem.Invalid(p.Field, $"is {p.Found}; send {p.Expected}"))])!;
        }
        catch (NotInForceException e)
        {
            return new Problem.NotInForce(e.About, e.Message);
        }
    }

    /// <summary>A denial that follows from a service's own records and not from an evaluation: the program's rule with its citation.</summary>
    /// <param name="remedy">What would change the verdict.</param>
    /// <exception cref="ProblemException">The release in force has no such rule; a denial must not be returned without its citation.</exception>
    public Contracts.Common.V1.Finding Refusal(string program, RuleDuty duty, string because, string remedy) =>
        new Finding(RuleFor(program, duty), Verdict.NotMet, true, because, [], remedy).ToProto();

    /// <summary>A program's rules and values on a day, in the release in force.</summary>
    public PackDay TextOn(string program, DateOnly day) => Engine.Programs[program].On(day);

    /// <summary>The rule of a duty in the release in force.</summary>
    /// <exception cref="ProblemException">The release has no such rule; that of another release never stands in.</exception>
    public RuleEntry RuleFor(string program, RuleDuty duty) => Engine.Programs[program] is var pack && pack.RuleFor(duty) is { } rule ? rule
        : throw new ProblemException(new Problem.NotInForce(Codes.Of(duty), $"{pack.Id} {pack.Version}, which is in force, has no rule with the duty {Codes.Of(duty)}"));

    /// <summary>The row that stores a decision, with its finished columns. Needs no database.</summary>
    /// <param name="decided">The decision.</param>
    /// <param name="provider">Code of the provider.</param>
    /// <param name="subject">Resource name of what was decided about.</param>
    /// <param name="restsOn">The records whose content the facts were read from; a correction of one of them finds the decision by it.</param>
    public StoredDecision Store(DecisionRecord decided, string provider, string subject, IEnumerable<RestedOn> restsOn)
    {
        var records = restsOn.DistinctBy(record => record.Id).ToList();
        var dictionary = _texts.DictionaryOf(decided.Decision.Program, decided.Decision.Name);
        return new()
        {
            Id = decided.Id,
            Provider = provider,
            Subject = subject,
            Question = decided.Decision.Name,
            Program = decided.Decision.Program,
            PackVersion = decided.Decision.PackVersion,
            PackHash = decided.Decision.PackHash,
            AsOf = decided.Decision.AsOf,
            Verdict = decided.Decision.Verdict.ToString(),
            Facts = _texts.Write(Encoding.UTF8.GetBytes(decided.Facts), dictionary),
            Receipt = _texts.Write(decided.Decision.Utf8.Span, dictionary),
            Taken = decided,
            Texts = _texts,
            ReceiptSha256 = decided.ReceiptSha256,
            RestsOn = [.. records.Select(record => record.Id)],
            RestsOnVersions = [.. records.Select(record => record.Version)],
            RecordedAt = clock.GetUtcNow(),
        };
    }

    private string Programs => string.Join(", ", Engine.Programs.Keys.Order(StringComparer.Ordinal));
}
