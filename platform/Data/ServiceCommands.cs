using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ips.Platform.Data;

/// <summary>A command of a service besides serving, such as <c>compact-rows</c>. Register it, and the service's program runs it by its name.</summary>
public interface IServiceCommand
{
    /// <summary>The argument that starts it. Parts of the platform that have the same work to do have the same name.</summary>
    string Name { get; }

    /// <summary>Runs it as the owner of the database. Returns the exit code of the process.</summary>
    Task<int> Run(CancellationToken cancellationToken);
}

/// <summary>What a process that serves reads from the database when it starts, and a command before it runs.</summary>
public interface IReadAtStart
{
    /// <summary>Reads it.</summary>
    Task Read(CancellationToken cancellationToken);
}

/// <summary>Starts the commands of a service.</summary>
public static partial class ServiceCommands
{
    /// <summary>Runs what is registered under the name that the arguments contain; false when there is none.</summary>
    public static async Task<bool> RanCommand(this WebApplication app, string[] args)
    {
        await using var scope = app.Services.CreateAsyncScope();
        IServiceCommand[] named = [.. scope.ServiceProvider.GetServices<IServiceCommand>().Where(command => args.Contains(command.Name))];
        foreach (var read in named.Length == 0 ? [] : scope.ServiceProvider.GetServices<IReadAtStart>())
            await read.Read(CancellationToken.None);
        foreach (var command in named)
            Environment.ExitCode = Math.Max(Environment.ExitCode, await command.Run(CancellationToken.None));
        return named.Length > 0;
    }

    /// <summary>Reads <c>--since TIME</c>, UTC where it names no zone; logs what is missing and answers false when it is no time.</summary>
    public static bool ReadSince(IConfiguration configuration, ILogger log, out DateTimeOffset since)
    {
        if (DateTimeOffset.TryParse(configuration["since"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out since))
            return true;
        NoTime(log);
        return false;
    }

    [LoggerMessage(1134, LogLevel.Error, "The command needs --since TIME, such as --since 2026-01-31T12:00:00Z")]
    private static partial void NoTime(ILogger log);
}
