using Ips.Contracts;
using Ips.Reporting.Db;
using Ips.Reporting.Feeds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Ips.Reporting.PartnerQueues;

/// <summary>
/// <c>add-partner --role ROLE --org ORGANIZATION [--from-day DAY]</c>: makes at the broker a queue and a user that may read this queue and nothing else, and
/// begins to fill it: with events from now on, or with every event since a UTC day. Prints the address once. Run again it gives the user a new password and, with a
/// day, sends the events since that day again. It needs the broker's management API with an administrator's login:
/// <c>ConnectionStrings__bus-management</c>, <c>http://user:password@host:15672</c>.
/// </summary>
public sealed partial class AddPartner(
    ReportingDb db, SharedEventLog log, IConfiguration configuration, TimeProvider clock, ILogger<AddPartner> logger) : IServiceCommand
{
    private static readonly string[] Subscribers = [Roles.Mco, Roles.Provider, Roles.State];

    /// <inheritdoc/>
    public string Name => "add-partner";

    /// <summary>Where the address is printed, and what is wrong.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        var (role, organization, from) = (configuration["role"] ?? "", configuration["org"] ?? "", configuration["from-day"]);
        RequestValidator fields = new();
        var day = fields.OptionalDay("--from-day", from);
        fields.Require(Subscribers.Contains(role), "--role", "is none of " + string.Join(", ", Subscribers));
        fields.Require(OrganizationCode.TryParse($"organizations/{organization}", out _), "--org", "is not the code of an organization");
        fields.Require(configuration.GetConnectionString("bus-management") is { Length: > 0 }, "ConnectionStrings__bus-management",
            "is missing; set http://user:password@host:15672 with the login of the broker's administrator");
        if (fields.Problem is Problem.Invalid bad)
        {
            foreach (var (field, why) in bad.Others.Prepend(bad).Select(one => (one.Field, one.Why)))
                await Output.WriteLineAsync($"{field} {why}");
            return 2;
        }

        var queue = PartnerQueue.QueueOf(role, organization);
        using PartnerAdministration broker = new(new(configuration.GetConnectionString("bus-management")!));
        var password = await broker.Make(queue, cancellationToken);
        var last = (await log.Range(cancellationToken)).Last;
        var begin = day is { } since ? await log.Before(since, cancellationToken) ?? last : last;
        if (await db.PartnerQueues.SingleOrDefaultAsync(q => q.Role == role && q.Organization == organization, cancellationToken) is { } known)
            known.Position = day is null ? known.Position : Math.Min(known.Position, begin);
        else
            db.Add(new PartnerQueue { Role = role, Organization = organization, Position = begin, CreatedAt = clock.GetUtcNow() });
        await db.SaveChangesAsync(cancellationToken);
        // The password is printed here only; it is in no log.
        UriBuilder address = new(configuration.GetConnectionString("bus")!) { UserName = queue, Password = password };
        await Output.WriteLineAsync($"{{\"address\":\"{address.Uri.AbsoluteUri.TrimEnd('/')}\",\"queue\":\"{queue}\"}}");
        Made(logger);
        return 0;
    }

    [LoggerMessage(1613, LogLevel.Information, "The partner's queue, user and permissions are made; give the partner its address, which is printed only now")]
    private static partial void Made(ILogger logger);
}
