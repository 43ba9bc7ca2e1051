using Grpc.Core;
using Ips.Contracts.Billing.V1;
using Ips.Portal.Apis;
using Ips.Portal.SignIn;

namespace Ips.Portal.Components.Money;

/// <summary>Claim lines by what they wait for.</summary>
internal sealed class ClaimLines(Api api, Claims.ClaimsClient client, IHttpContextAccessor requests, TimeProvider clock)
{
    /// <summary>A line that is ready for longer waits for someone to send it.</summary>
    public static readonly TimeSpan SentWithin = TimeSpan.FromDays(7);

    /// <summary>The ways to look at lines, with their titles.</summary>
    public static IReadOnlyDictionary<string, string> Views { get; } = new Dictionary<string, string>
    {
        ["blocked"] = "Refused or in need of attention",
        ["held"] = "Held: a fact or an answer is missing",
        ["unsent"] = "Ready for more than 7 days",
        ["ready"] = "All that are ready",
        ["void"] = "Voided",
    };

    /// <summary>The lines of a view, newest first, of the latest 200 of each state; whether there are more; or why they cannot be read.</summary>
    public async Task<(IReadOnlyList<ClaimLine> Found, bool More, Refusal? Refusal)> Of(string view)
    {
        ClaimLineState[] states = view switch
        {
            "held" => [ClaimLineState.Held],
            "unsent" or "ready" => [ClaimLineState.Ready],
            "void" => [ClaimLineState.Void],
            _ => [ClaimLineState.Attention, ClaimLineState.Refused],
        };
        // Only an agency knows what it has sent; for a payer a line that is ready may be on its way.
        var unsent = view == "unsent" && Rooms.MayCall(Person.Of(requests.HttpContext!.User), ClaimBatches.Descriptor, "ListClaims");
        var read = await Task.WhenAll(states.Select(state =>
            api.Part(options => client.ListClaimLinesAsync(new() { State = state, Unsent = unsent, PageSize = 200 }, options))));
        var before = clock.GetUtcNow() - SentWithin;
        var lines = read.SelectMany(reply => reply.Value?.ClaimLines ?? [])
            .Where(line => view != "unsent" || line.CreateTime?.ToDateTimeOffset() < before);
        return ([.. lines], read.Any(reply => reply.Value?.NextPageToken.Length > 0), read.FirstOrDefault(reply => reply.Refusal is not null)?.Refusal);
    }
}
