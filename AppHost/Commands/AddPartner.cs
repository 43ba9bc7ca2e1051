using System.Diagnostics;
using LocalServers;
using Npgsql;

namespace Ips.AppHost.Commands;

/// <summary>"add-partner": Reporting's command of that name, with the logins of the servers of the sandbox that runs.</summary>
internal static class AddPartner
{
    /// <summary>Runs the command and returns its exit code.</summary>
    public static async Task<int> RunAsync(AppHostOptions options, CancellationToken cancellationToken)
    {
        var (role, organization, day) = options.Partner!;
        if (await LocalPostgres.FindRunningAsync(options.DataOf("postgres"), cancellationToken) is not { } postgres
            || LocalRabbitMq.Find(options.DataOf("rabbitmq")) is not { } broker)
            throw new LocalServerException("No platform runs on these data without containers. Start it; elsewhere run Reporting's own command (docs/operate.md).");
        List<string> arguments = [ServiceResource.ProgramOf(new Projects.Reporting()), "add-partner", "--role", role, "--org", organization];
        if (day is not null) arguments.AddRange(["--from-day", day]);
        ProcessStartInfo start = new("dotnet", arguments) { UseShellExecute = false };
        start.Environment["ConnectionStrings__reporting-db"] = new NpgsqlConnectionStringBuilder(postgres) { Database = "reporting-db" }.ConnectionString;
        (start.Environment["ConnectionStrings__bus"], start.Environment["ConnectionStrings__bus-management"]) = broker;
        Dictionary<string, object> keys = [];
        PersonalDataKeys.In(options.Data).Configure(keys);
        foreach (var (name, value) in keys) start.Environment[name] = (string)value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}
