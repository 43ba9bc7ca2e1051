using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>How people's data is protected; section <c>Protection</c> of the configuration.</summary>
public sealed class ProtectionOptions
{
    /// <summary>How often stored audit entries are linked into the chain.</summary>
    public TimeSpan SealEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long audit entries are stored: six years (45 CFR 164.316(b)(2)(i)).</summary>
    public TimeSpan KeepAudit { get; set; } = TimeSpan.FromDays((6 * 365) + 2);

    /// <summary>How long a person's data is stored after the last entry in the record: ten years (42 CFR 438.3(u)).</summary>
    public TimeSpan KeepRecords { get; set; } = TimeSpan.FromDays((10 * 365) + 3);

    /// <summary>How long the original responses are stored for retries; they are encrypted copies.</summary>
    public TimeSpan KeepAnswers { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often the retention sweep runs.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromHours(6);
}

/// <summary>Row-level security and the audit log for a service that keeps a person's records.</summary>
public static partial class Protection
{
    /// <summary>
    /// Requests get connections that see their caller's rows only (<see cref="ServiceDb.Rows"/> defines them), and every read and write of a person is put into
    /// the audit log. Call it after <see cref="Database.AddDatabase{TDb}"/>. Work outside of a request runs as the owner.
    /// </summary>
    public static WebApplicationBuilder AddProtection<TDb>(this WebApplicationBuilder builder)
        where TDb : ServiceDb
    {
        var services = builder.Services;
        services.Configure<ProtectionOptions>(builder.Configuration.GetSection("Protection"));
        services.AddSingleton(sp => new RequestDatabase(
            Database.Source(sp, sp.GetRequiredService<DatabaseName>().Name), sp.GetRequiredService<NpgsqlDataSource>(), sp.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Memberships>().AddSingleton<IMemberships>(sp => sp.GetRequiredService<Memberships>());
        services.AddSingleton<AuditWriter>();
        services.AddHostedService(sp => sp.GetRequiredService<AuditWriter>());
        services.AddSingleton<AuditSealer>();
        services.AddHostedService(sp => sp.GetRequiredService<AuditSealer>());
        services.AddSingleton<SubscriberAudit>();
        services.AddSingleton<Retention>();
        services.AddHostedService(sp => sp.GetRequiredService<Retention>());
        services.Replace(ServiceDescriptor.Singleton<ICallerConnections>(sp => sp.GetRequiredService<RequestDatabase>()));
        services.AddScoped<AuditTrail>();
        services.AddScoped<RefusedAccess>();
        services.AddScoped<IChangesObserver, AuditedChanges>();
        services.AddSingleton<IGroupPart, GroupAudit>();
        services.AddTransient<CompactAudit>().AddTransient<IServiceCommand, CompactAudit>();
        services.ConfigureDbContext<TDb>((sp, options) => options.AddInterceptors(new AuditedWrites(sp.GetRequiredService<AuditTrail>())));
        services.Configure<Grpc.AspNetCore.Server.GrpcServiceOptions>(grpc => grpc.Interceptors.Add<AuditedCalls>());
        return builder;
    }

    /// <summary>The key ring that encrypts personal data.</summary>
    public static WebApplicationBuilder AddPersonalData(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PersonalDataProtector>();
        builder.Services.AddSingleton<ITextProtector>(sp => sp.GetRequiredService<PersonalDataProtector>());
        return builder;
    }

    /// <summary>
    /// The commands of a service besides serving: <c>migrate</c>, <c>verify-audit [--expect number:hash]</c>, <c>rotate-keys</c>, <c>sweep</c>, and every
    /// <see cref="IServiceCommand"/>. Answers true when one ran; the process ends with 1 when the audit log does not hold.
    /// </summary>
    public static async Task<bool> RanCommand<TDb>(this WebApplication app, string[] args)
        where TDb : ServiceDb
    {
        if (await app.RanMigrations<TDb>(args) || await app.RanCommand(args))
            return true;
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Protection).FullName!);
        if (args.Contains("verify-audit"))
        {
            var expect = Array.IndexOf(args, "--expect") is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
            var found = await AuditVerifier.Verify(app.Services.GetRequiredService<NpgsqlDataSource>(), expect);
            Environment.ExitCode = found.Break is null ? 0 : 1;
            if (found.Break is null)
                Holds(log, found.Entries, found.Seals, found.Waiting, found.Last);
            else
                Breaks(log, found.Entries, found.Seals, found.Break);
            return true;
        }

        if (args.Contains("rotate-keys"))
        {
            await using var scope = app.Services.CreateAsyncScope();
            var rotated = await KeyRotation.Run(
                scope.ServiceProvider.GetRequiredService<TDb>(), scope.ServiceProvider.GetRequiredService<PersonalDataProtector>(),
                    scope.ServiceProvider.GetServices<IRotatesHashes>());
            Rotated(log, rotated.Encrypted, rotated.Hashes, rotated.Left);
            Environment.ExitCode = rotated.Left == 0 ? 0 : 1;
            return true;
        }

        if (args.Contains("sweep"))
        {
            await app.Services.GetRequiredService<Retention>().Sweep(CancellationToken.None);
            return true;
        }

        return false;
    }

    [LoggerMessage(1203, LogLevel.Information, "The audit log holds: {Entries} entries in {Seals} seals, {Waiting} not sealed yet; the last seal is {Code}")]
    private static partial void Holds(ILogger log, long entries, long seals, long waiting, string code);

    [LoggerMessage(1204, LogLevel.Error, "The audit log is broken after {Entries} good entries in {Seals} good seals: {Code}")]
    private static partial void Breaks(ILogger log, long entries, long seals, string code);

    [LoggerMessage(1205, LogLevel.Information,
        "Encrypted {Encrypted} values with the current key and renewed {Hashes} hashes; {Left} values are still encrypted with another key")]
    private static partial void Rotated(ILogger log, long encrypted, long hashes, long left);
}
