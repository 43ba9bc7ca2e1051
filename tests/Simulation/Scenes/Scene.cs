using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Simulation.Checks;
using Ips.Simulation.Hosting;

namespace Ips.Simulation.Scenes;

/// <summary>
/// What callers do in a world, chosen by a seed: the next step, its content, and the faults on the way. The same seed does the same in every world.
/// </summary>
internal sealed partial class Scene(World world, int seed)
{
    private const int Remembered = 40;

    private readonly List<string> log = [];
    private readonly Dictionary<string, IMessage> replies = [];
    private readonly Dictionary<string, int> ids = [];
    private bool between;

    public World World => world;

    public int Seed => seed;

    public Random Random { get; } = new(seed);

    public IReadOnlyList<Agency> Agencies { get; init; } = Agency.All;

    /// <summary>How many staff members an agency has in the end.</summary>
    public Func<Agency, int> StaffOf { get; init; } = _ => 3;

    /// <summary>The most people.</summary>
    public int Most { get; init; } = 4;

    /// <summary>How many of 100 acts for a person are the sensible next ones: a seed has its own character.</summary>
    public int Sensible { get; } = 35 + (seed * 37 % 61);

    public Cast Cast { get; set; } = new();

    /// <summary>The chance of a fault in a call.</summary>
    public double Faulty { get; init; } = 0.25;

    /// <summary>Whether the content of answers is compared with that of another world.</summary>
    public bool Compares { get; init; }

    /// <summary>The backup to restore.</summary>
    public (ModelWorld.Snapshot Databases, Cast Cast)? Snapshot { get; set; }

    public Checker Checker { get; init; } = new(world);

    /// <summary>What was done, one line a step. With <see cref="Compares"/> also what was answered, with ids in the order of their appearance.</summary>
    public IReadOnlyList<string> Log => log;

    /// <summary>How often each request had each answer, so that it is seen when a seed does nothing.</summary>
    public Dictionary<string, int> Outcomes { get; } = [];

    public DateOnly Today => world.Clock.Today;

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public string Day(int after = 0) => Day(Today.AddDays(after));

    public string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> of) => of[Random.Next(of.Count)];

    /// <summary>Any value of an enum of the contract but the first, which is unspecified.</summary>
    public T Any<T>() where T : struct, Enum => Pick(Enum.GetValues<T>()[1..]);

    public void Note(string what) => log.Add($"{log.Count} {world.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss} {what}");

    /// <summary>Sends a request, perhaps with a fault on the way, and checks the answer. Null when it was refused or lost.</summary>
    public async Task<IMessage?> Send(Caller caller, IMessage request, Person? about = null)
    {
        var id = (string?)request.Descriptor.FindFieldByName("request_id")?.Accessor.GetValue(request);
        var validates = request.Descriptor.FindFieldByName("validate_only")?.Accessor.GetValue(request) is true
            || (!between && Chance(0.03) && ValidateOnly(ref request));
        var nested = between;
        if (!nested)
            PlanFault(caller, request, about);
        var stored = world.StoredByCallers();
        var answer = await world.Call(caller, request);
        var fault = nested ? null : world.Faults.Acted;
        if (!nested)
            world.Faults.Plan(Fault.None, 0);
        Note($"{(nested ? "  in between: " : "")}{caller.Role} {caller.Organization} {request.Descriptor.Name} {answer.Code} {(Compares ? Normalized(answer.Detail) : answer.Detail)}"
            + (fault is null ? "" : $" [{fault}]"));
        var outcome = $"{request.Descriptor.Name} {answer.Code} {StateOf(answer.Reply)}";
        Outcomes[outcome] = Outcomes.GetValueOrDefault(outcome) + 1;
        if (Compares)
            log.Add(Normalized(answer.Reply));
        if (validates && fault is null && world.StoredByCallers() > stored)
            throw new BrokenInvariant($"{request.Descriptor.Name} with validate_only stored something");
        if (answer.Code is StatusCode.Unavailable && id is { Length: > 0 })
            Cast.Unanswered.Add(new(caller, request, about?.Name));
        if (answer.Code == StatusCode.Aborted && about is not null && !nested && request.Descriptor.FindFieldByName("name") is { } name)
            await ReadAgain(caller, (string)name.Accessor.GetValue(request), about);
        if (answer.Reply is not { } reply)
            return null;
        if (validates)
            return null;
        if (id is { Length: > 0 })
            SameAnswer(caller, id, request, reply, about);
        Cast.Learn(request, reply, about);
        return reply;
    }

    /// <summary>Sends a request of before again, exactly.</summary>
    public Task Repeat(Sent sent)
    {
        Note("again:");
        return Send(sent.Caller, sent.Request, Cast.People.Find(person => person.Name == sent.About));
    }

    // Whose etag is old reads the thing again.
    private Task ReadAgain(Caller caller, string name, Person about) => name.Split('/')[0] switch
    {
        "authorizations" => Send(caller, new GetAuthorizationRequest { Name = name }, about),
        "serviceOrders" => Send(caller, new GetServiceOrderRequest { Name = name }, about),
        "determinations" => Send(caller, new GetDeterminationRequest { Name = name }, about),
        "referrals" => Send(caller, new GetReferralRequest { Name = name }, about),
        "claimLines" => Send(caller, new GetClaimLineRequest { Name = name }, about),
        "individuals" => Send(caller, new GetIndividualRequest { Name = name }, about),
        _ => Task.CompletedTask,
    };

    private void SameAnswer(Caller caller, string id, IMessage request, IMessage reply, Person? about)
    {
        var key = $"{caller.Organization}/{id}";
        // A retry after its hold ended takes the units again, and says so.
        if (replies.TryGetValue(key, out var first) && request is not DrawUnitsRequest && !first.Equals(reply))
            throw new BrokenInvariant($"{request.Descriptor.Name} {id} was answered differently the second time:\n{first}\n{reply}");
        replies[key] = reply;
        Cast.Answered.Add(new(caller, request, about?.Name));
        if (Cast.Answered.Count > Remembered)
            Cast.Answered.RemoveAt(0);
    }

    /// <summary>After a restore nothing is known of what was answered since.</summary>
    public void Forget() => replies.Clear();

    private static bool ValidateOnly(ref IMessage request)
    {
        if (request.Descriptor.FindFieldByName("validate_only") is not { } field)
            return false;
        request = (IMessage)((dynamic)request).Clone();
        field.Accessor.SetValue(request, true);
        return true;
    }

    private void PlanFault(Caller caller, IMessage request, Person? about)
    {
        if (!Chance(Faulty))
        {
            world.Faults.Plan(Fault.None, 0);
            return;
        }

        // Most calls pass two points, before and after their write.
        var point = Random.Next(Pick([1, 1, 3, 3, 12]));
        var fault = Pick([Fault.Crash, Fault.Crash, Fault.LostAnswer, Fault.Interleave, Fault.Interleave]);
        var other = Random.Next();
        world.Faults.Plan(fault, point, async () =>
        {
            between = true;
            try
            {
                if (other % 4 == 0)
                    await Send(caller, request, about);
                else if (other % 4 == 1 && request.Descriptor.FindFieldByName("request_id") is { } id)
                    await Send(caller, Copy(request, id), about);
                else if (about is not null)
                    await Steps.Rival(this, about, request);
            }
            finally
            {
                between = false;
            }
        });
    }

    private static object? StateOf(IMessage? reply) => reply is ClaimLine { Refusals: [var refusal, ..] } line ? $"{line.State} {refusal.RuleId}"
        : reply?.Descriptor.FindFieldByName("state")?.Accessor.GetValue(reply);

    // Two callers do the same at once.
    private IMessage Copy(IMessage request, Google.Protobuf.Reflection.FieldDescriptor id)
    {
        var copy = (IMessage)((dynamic)request).Clone();
        id.Accessor.SetValue(copy, NewId());
        return copy;
    }

    private string Normalized(IMessage? reply) => reply is null ? "" : Normalized(JsonFormatter.Default.Format(reply));

    private string Normalized(string text) => Hashes().Replace(
        Ids().Replace(text, id => $"#{(ids.TryGetValue(id.Value, out var n) ? n : ids[id.Value] = ids.Count)}"), "hash");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, 1000)]
    private static partial Regex Ids();

    [GeneratedRegex("[0-9a-f]{64}", RegexOptions.None, 1000)]
    private static partial Regex Hashes();
}
