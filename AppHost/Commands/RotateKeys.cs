using Microsoft.Extensions.DependencyInjection;

namespace Ips.AppHost.Commands;

/// <summary>
/// "Rotate keys": a new key for people's data. The services are restarted with the old keys and the new one, then what is stored is encrypted again to the
/// new key. The old keys stay in the ring, because backups need them.
/// </summary>
internal sealed class RotateKeys(IReadOnlyList<string> services, PersonalDataKeys keys, IServiceProvider provider)
{
    /// <summary>Adds the command to PostgreSQL.</summary>
    /// <param name="postgres">Where the command appears.</param>
    /// <param name="services">The services that keep people's data, each with a program SERVICE-rotate-keys.</param>
    /// <param name="keys">The ring.</param>
    public static void AddTo(IResourceBuilder<IResource> postgres, IReadOnlyList<string> services, PersonalDataKeys keys) => postgres.WithCommand(
        "rotate-keys", "Rotate keys",
        context => new RotateKeys(services, keys, context.Services).RunAsync(context.CancellationToken),
        new()
        {
            IconName = "KeyMultiple",
            Description = "Makes a new key for people's data and encrypts what is stored to it",
            ConfirmationMessage = "Make a new key, restart the services that keep people's data, and encrypt all of it to the new key?",
        });

    private async Task<ExecuteCommandResult> RunAsync(CancellationToken cancellationToken)
    {
        var commands = provider.GetRequiredService<ResourceCommandService>();
        var notifications = provider.GetRequiredService<ResourceNotificationService>();
        keys.Add();
        foreach (var service in services)
        {
            await commands.ExecuteCommandAsync(service, KnownResourceCommands.RestartCommand, cancellationToken);
            await notifications.WaitForResourceHealthyAsync(service, cancellationToken);
        }
        foreach (var service in services)
        {
            var program = $"{service}-rotate-keys";
            await commands.ExecuteCommandAsync(program, KnownResourceCommands.StartCommand, cancellationToken);
            var ended = await notifications.WaitForResourceAsync(
                program, change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text), cancellationToken);
            if (ended.Snapshot.ExitCode is not 0)
                return CommandResults.Failure($"{service}: not all values were encrypted to the new key. Its log is {program}.log; run the command again.");
        }
        return CommandResults.Success($"People's data is encrypted to the new key '{keys.Current}'.");
    }
}
