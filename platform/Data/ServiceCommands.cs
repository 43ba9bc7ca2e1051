using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Data;

/// <summary>A command of a service besides serving, such as <c>compact-rows</c>. Register it, and the service's program runs it by its name.</summary>
public interface IServiceCommand
{
    /// <summary>The argument that starts it.</summary>
    string Name { get; }

    /// <summary>Runs it as the owner of the database. Returns the exit code of the process.</summary>
    Task<int> Run(CancellationToken cancellationToken);
}

/// <summary>Starts the commands of a service.</summary>
public static class ServiceCommands
{
    /// <summary>Runs the command that the arguments name; false when they name none.</summary>
    public static async Task<bool> RanCommand(this WebApplication app, string[] args)
    {
        await using var scope = app.Services.CreateAsyncScope();
        if (scope.ServiceProvider.GetServices<IServiceCommand>().FirstOrDefault(c => args.Contains(c.Name)) is not { } command)
            return false;
        Environment.ExitCode = await command.Run(CancellationToken.None);
        return true;
    }
}
