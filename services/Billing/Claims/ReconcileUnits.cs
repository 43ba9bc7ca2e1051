using System.Diagnostics.Metrics;
using System.Text.Json;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>When units are reconciled; section <c>Units</c> of the configuration.</summary>
public sealed class UnitOptions
{
    /// <summary>The time of day, UTC.</summary>
    public TimeOnly ReconcileAt { get; set; } = new(3, 30);

    /// <summary>A line that was stored or voided less than this ago is still under way: its event moves its units.</summary>
    public TimeSpan Settle { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>
/// Compares the units that claim lines have of authorizations, in Eligibility, with Billing's claim lines, and repairs what differs. A line and its units are
/// two commits in two services; a crash between them, or a message that is lost, leaves one without the other. It changes nothing where both agree, so it may
/// run at any time and on several replicas.
/// </summary>
public sealed partial class ReconcileUnits(
    BillingDb db, EligibilityClient eligibility, ReconsiderClaimLines lines, IOptions<UnitOptions> options, TimeProvider clock, ILogger<ReconcileUnits> log)
    : IServiceCommand
{
    private const int PageSize = 500;

    private static readonly Gauge<int> Differences = Telemetry.Meter.CreateGauge<int>(
        "ips.units.differences", "{claim_line}", "Claim lines whose units differed from the ledger in the last reconciliation, by kind.");

    /// <summary>What differs between a line and its units.</summary>
    public enum Difference
    {
        /// <summary>Units are drawn for a line that does not exist, is void or was never payable: they are released.</summary>
        UnitsWithoutLine,

        /// <summary>A line is payable or needs attention, and its units would expire: they are confirmed.</summary>
        UnitsWouldExpire,

        /// <summary>A line has other units than it bills: they are corrected.</summary>
        OtherUnits,

        /// <summary>A line is payable or needs attention and has no units: it draws them again. If another line has them, it needs attention.</summary>
        LineWithoutUnits,
    }

    /// <summary>What a reconciliation found.</summary>
    /// <param name="Lines">Claim lines that bill units of an authorization.</param>
    /// <param name="Draws">Claim lines that have units.</param>
    /// <param name="Found">Differences by kind; 0 of each where both agree.</param>
    /// <param name="Left">Differences that could not be repaired now.</param>
    public sealed record Outcome(int Lines, int Draws, IReadOnlyDictionary<Difference, int> Found, int Left);

    /// <inheritdoc/>
    public string Name => "reconcile-units";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken) => (await Reconcile(cancellationToken)).Left == 0 ? 0 : 1;

    /// <summary>Compares and repairs once, and reports what it found: also that nothing differs.</summary>
    public async Task<Outcome> Reconcile(CancellationToken cancellationToken)
    {
        var settled = clock.GetUtcNow() - options.Value.Settle;
        var found = Enum.GetValues<Difference>().ToDictionary(kind => kind, _ => 0);
        HashSet<ClaimLineId> withUnits = [];
        var (draws, left) = (0, 0);
        await foreach (var page in eligibility.Draws(cancellationToken).Chunk(PageSize).WithCancellation(cancellationToken))
        {
            // Read after the draws: a line is stored before its units are confirmed.
            List<ClaimLineId> ids = [.. page.SelectMany(of => of.Draws).Select(LineOf)];
            var stored = await db.ClaimLines.AsNoTracking().Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, cancellationToken);
            foreach (var (of, draw) in page.SelectMany(of => of.Draws, (of, draw) => (of, draw)))
            {
                draws++;
                var id = LineOf(draw);
                var line = stored.GetValueOrDefault(id);
                if (line is not null && BillsUnits(line) && line.Authorization == of.Authorization)
                    withUnits.Add(id);
                if (IsUnderWay(line, settled) || Compare(of, draw, line) is not { } difference)
                    continue;
                found[difference]++;
                left += await Repair(difference, of, id, line, cancellationToken) ? 0 : 1;
            }
        }

        var billed = await db.ClaimLines.AsNoTracking()
            .Where(l => (l.State == Proto.ClaimLineState.Ready || l.State == Proto.ClaimLineState.Attention) && l.Authorization != "")
            .Select(l => new { l.Id, l.IndividualId, l.RecordedAt }).ToListAsync(cancellationToken);
        foreach (var person in billed.Where(l => l.RecordedAt <= settled && !withUnits.Contains(l.Id)).GroupBy(l => l.IndividualId))
        {
            found[Difference.LineWithoutUnits] += person.Count();
            left += await DrawAgain(person.Key, cancellationToken) ? 0 : person.Count();
        }

        foreach (var (kind, count) in found)
            Differences.Record(count, new KeyValuePair<string, object?>("ips.units.difference", JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())));
        Reconciled(log, billed.Count, draws, found.Values.Sum(), left);
        return new(billed.Count, draws, found, left);
    }

    private static ClaimLineId LineOf(UnitDraw draw) => ClaimLineId.TryParse(draw.ClaimLine, out var id) ? id : default;

    private static bool BillsUnits(ClaimLine line) => line.State is Proto.ClaimLineState.Ready or Proto.ClaimLineState.Attention;

    private static bool IsUnderWay(ClaimLine? line, DateTimeOffset settled) => line is not null && (line.VoidedAt ?? line.RecordedAt) > settled;

    private static Difference? Compare(UnitDraws of, UnitDraw draw, ClaimLine? line) => line switch
    {
        // Its request may still come back; without a line the hold ends by itself.
        null when draw.HeldUntil is not null => null,
        null => Difference.UnitsWithoutLine,
        _ when !BillsUnits(line) || line.Authorization != of.Authorization => Difference.UnitsWithoutLine,
        _ when draw.Units != line.PayableUnits => Difference.OtherUnits,
        _ when draw.HeldUntil is not null => Difference.UnitsWouldExpire,
        _ => null,
    };

    private Task<bool> Repair(Difference difference, UnitDraws of, ClaimLineId id, ClaimLine? line, CancellationToken cancellationToken) => difference switch
    {
        Difference.UnitsWouldExpire => eligibility.Confirm(line!, cancellationToken),
        Difference.OtherUnits => eligibility.Correct(line!, cancellationToken),
        _ => eligibility.Release(of.Authorization, id, OrganizationCode.TryParse(of.Provider, out var provider) ? provider.Value : "", cancellationToken),
    };

    private async Task<bool> DrawAgain(IndividualId individual, CancellationToken cancellationToken)
    {
        try
        {
            await lines.Handle(individual, cancellationToken);
            return true;
        }
        catch (ProblemException)
        {
            // Eligibility or Staffing does not answer now; the next reconciliation does it.
            return false;
        }
    }

    [LoggerMessage(5103, LogLevel.Information, "Units reconciled: {Lines} lines and {Draws} draws compared, {Found} differences, {Left} left")]
    private static partial void Reconciled(ILogger log, int lines, int draws, int found, int left);
}

/// <summary>Runs the reconciliation every night.</summary>
internal sealed partial class NightlyReconciliation(
    IServiceScopeFactory scopes, IOptions<UnitOptions> options, TimeProvider clock, ILogger<NightlyReconciliation> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = options.Value.ReconcileAt - TimeOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
            await Pause.For(wait > TimeSpan.Zero ? wait : TimeSpan.FromDays(1), stoppingToken);
            if (stoppingToken.IsCancellationRequested)
                return;
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<ReconcileUnits>().Reconcile(stoppingToken);
            }
            catch (Exception broken) when (!stoppingToken.IsCancellationRequested)
            {
                Waits(log, broken.GetBaseException().GetType());
            }
        }
    }

    [LoggerMessage(5104, LogLevel.Warning, "The reconciliation of units failed ({Fault}) and runs again the next night")]
    private static partial void Waits(ILogger log, Type fault);
}
