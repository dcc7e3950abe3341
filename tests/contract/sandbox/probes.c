/* Hostile probes. Usage: probe NAME [ARGUMENT]
   Ends with 0 when the act was done (or, for acts that would harm, when the kernel looked at it), with 1 when it was
   refused, with 77 when this kernel does not know it. Every probe is bounded, so that it may be run without any wall. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1024L * 1024L)
static const char *argument = "";

static int told(long result) {
    if (result >= 0) return 0;
    fprintf(stderr, "%s\n", strerror(errno));
    return errno == ENOSYS || errno == EAFNOSUPPORT || errno == EPROTONOSUPPORT || errno == ENODEV ? 77 : 1;
}

/* For acts that would harm if they were done: called so that the kernel, if it looks at all, finds fault. */
static int looked(long result) {
    if (result < 0 && (errno == EPERM || errno == EACCES)) return 1;
    return result < 0 && errno == ENOSYS ? 77 : 0;
}

static int read_file(void) {
    char one;
    int file = open(argument, O_RDONLY);
    return told(file < 0 ? -1 : read(file, &one, 1));
}
static int write_file(void) {
    int file = open(argument, O_WRONLY | O_CREAT, 0600);
    if (file >= 0) unlink(argument);
    return told(file);
}
static int open_to_write(void) {
    int file = open(argument, O_WRONLY);
    return file < 0 && errno == ENOENT ? 77 : told(file);
}
static int same_value(void) {
    char value[256];
    int file = open("/proc/sys/kernel/core_pattern", O_RDONLY);
    long size = read(file, value, sizeof value);
    file = open("/proc/sys/kernel/core_pattern", O_WRONLY);
    return told(file < 0 ? -1 : write(file, value, size));
}
static int change_programs(void) {
    int done = mkdir("/usr/levee-probe", 0700);
    if (!done) rmdir("/usr/levee-probe");
    return told(done);
}
static int change_root(void) {
    int done = mkdir("/levee-probe", 0700);
    if (!done) rmdir("/levee-probe");
    return told(done);
}
static int make_device(void) {
    int done = mknod("null-device", S_IFCHR | 0600, 0x103);
    unlink("null-device");
    return told(done);
}
static int mount_old(void) { return told(mount("x", ".", "tmpfs", 0, "size=4096")); }
static int mount_new(void) { return told(syscall(SYS_fsopen, "tmpfs", 0)); }
static int mount_device_files(void) { return told(mount("x", ".", "devtmpfs", 0, "")); }
static int clone_tree(void) { return told(syscall(SYS_open_tree, AT_FDCWD, ".", 1)); }
static int unmount_nothing(void) { return looked(umount2("/levee-nowhere", 0)); }
static int pivot(void) { return looked(syscall(SYS_pivot_root, "/levee-nowhere", "/levee-nowhere")); }
static int change_root_folder(void) { return told(chroot(".")); }
static int user_namespace(void) { return told(unshare(CLONE_NEWUSER)); }
static int mount_namespace(void) { return told(unshare(CLONE_NEWNS)); }
static int clone_namespace(void) {
    long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) _exit(0);
    return told(child);
}
static int clone_three(void) {
    uint64_t order[11] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
    long child = syscall(SYS_clone3, order, sizeof order);
    if (child == 0) _exit(0);
    return told(child);
}
static int enter_namespace(void) { return told(setns(open("/proc/self/ns/net", O_RDONLY), CLONE_NEWNET)); }
static int trace(void) { return told(syscall(SYS_ptrace, 0, 0, 0, 0)); }
static int read_memory(void) {
    long from = 42, to = 0;
    uint64_t local[2] = {(uint64_t)&to, sizeof to}, remote[2] = {(uint64_t)&from, sizeof from};
    return told(syscall(SYS_process_vm_readv, getpid(), local, 1, remote, 1, 0));
}
static int take_descriptor(void) { return told(syscall(438, syscall(434, getpid(), 0), 0, 0)); }
static int compare(void) { return told(syscall(SYS_kcmp, getpid(), getpid(), 1, 0, 0)); }
static int bpf(void) {
    uint32_t order[18] = {2, 4, 4, 1};
    return told(syscall(SYS_bpf, 0, order, sizeof order));
}
static int perf(void) {
    uint64_t order[16] = {0};
    order[0] = 1 | (uint64_t)sizeof order << 32;
    return told(syscall(SYS_perf_event_open, order, 0, -1, -1, 0));
}
static int ring(void) {
    char order[120] = {0};
    return told(syscall(SYS_io_uring_setup, 1, order));
}
static int faults(void) { return told(syscall(SYS_userfaultfd, O_CLOEXEC)); }
static int keys(void) { return told(syscall(SYS_add_key, "user", "levee-probe", "x", 1, -1)); }
static int key_control(void) { return looked(syscall(SYS_keyctl, 0, -1, 0)); }
static int watch_files(void) { return told(syscall(SYS_fanotify_init, 0x4, 0)); }
static int file_handle(void) {
    char handle[160] = {128};
    int mount_number;
    return told(syscall(SYS_name_to_handle_at, AT_FDCWD, ".", handle, &mount_number, 0));
}
static int module(void) { return looked(syscall(SYS_init_module, "x", 1, "")); }
static int unload(void) { return looked(syscall(SYS_delete_module, "levee_no_such_module", O_NONBLOCK)); }
static int other_kernel(void) { return looked(syscall(SYS_kexec_load, 0, 0, 0, 0xffff)); }
static int restart(void) { return looked(syscall(SYS_reboot, 1, 2, 3, 0)); }
static int set_clock(void) {
    struct timespec time = {0, -1};
    return looked(syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
}
static int swap(void) { return looked(syscall(SYS_swapon, "/levee-nowhere", 0)); }
static int kernel_log(void) { return told(syscall(SYS_syslog, 10, 0, 0)); }
static int ports(void) { return looked(syscall(SYS_iopl, 4)); }
static int segments(void) { return told(syscall(SYS_modify_ldt, 0, 0, 0)); }
static int accounting(void) { return looked(syscall(SYS_acct, "/levee-nowhere")); }
static int quota(void) { return looked(syscall(SYS_quotactl, 0x80000700, "/levee-nowhere", 0, 0)); }
static int execute_descriptor(void) {
    char *none[] = {"x", 0};
    return looked(syscall(SYS_execveat, -1, "levee-nowhere", none, none, 0));
}
static int other_machine(void) { /* a 32-bit call: getpid through the old gate */
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    return result > 0 ? 0 : 1;
}
static int type_for_others(void) {
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    return told(terminal < 0 ? -1 : ioctl(terminal, TIOCSTI, "x"));
}
static int family(int number, int type) { return told(socket(number, type, 0)); }
static int vsock(void) { return family(40, SOCK_STREAM); }
static int netlink(void) { return family(16, SOCK_RAW); }
static int crypto(void) { return family(38, SOCK_SEQPACKET); }
static int packet(void) { return family(17, SOCK_RAW); }
static int raw(void) { return told(socket(AF_INET, SOCK_RAW, 1)); }
static int connect_host(void) {
    struct sockaddr_in to = {AF_INET, htons(atoi(argument)), {htonl(INADDR_LOOPBACK)}, {0}};
    return told(connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&to, sizeof to));
}
static int connect_name(void) {
    struct sockaddr_un to = {AF_UNIX, {0}};
    strcpy(to.sun_path + 1, argument);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(argument);
    return told(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&to, size));
}
static int signal_process(void) { return told(kill(atoi(argument), 0)); }
static int become_root(void) { return told(geteuid() == 0 ? 0 : setuid(0)); }
static int groups(void) {
    gid_t group = 0;
    return told(syscall(SYS_setgroups, 1, &group));
}
static int host_name(void) {
    char name[256];
    gethostname(name, sizeof name);
    return told(sethostname(name, strlen(name)));
}
static int real_time(void) {
    struct sched_param order = {1};
    return told(sched_setscheduler(0, SCHED_FIFO, &order));
}
static int priority(void) { return told(setpriority(PRIO_PROCESS, 0, -5)); }
static int many_files(void) {
    for (int count = 0; count < 500; count++)
        if (open("/dev/null", O_RDONLY) < 0) return 1;
    return 0;
}
static int fork_bomb(void) {
    for (int count = 0; count < 200; count++) {
        int child = fork();
        if (child < 0) { sleep(1); return 1; }
        if (child == 0) { sleep(3); _exit(0); }
    }
    return 0;
}
static void *pause_thread(void *unused) { sleep(3); return unused; }
static int thread_bomb(void) {
    pthread_t thread;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    for (int count = 0; count < 200; count++)
        if (pthread_create(&thread, &small, pause_thread, 0)) return 1;
    return 0;
}
static int memory_hog(void) {
    for (int count = 0; count < 12; count++) {
        char *more = mmap(0, 16 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (more == MAP_FAILED) return 1;
        memset(more, 1, 16 * MIB);
    }
    return 0;
}
static int fill(int file, long size) {
    static char block[65536];
    for (long done = 0; done < size; done += sizeof block)
        if (write(file, block, sizeof block) < 0) return told(-1);
    return 0;
}
static int fill_file(void) {
    int file = open(argument, O_WRONLY | O_CREAT, 0600);
    int result = file < 0 ? 1 : fill(file, 24 * MIB);
    if (!result) unlink(argument);
    return result;
}
static int fill_sparse(void) {
    char name[64];
    for (int count = 0; count < 12; count++) {
        snprintf(name, sizeof name, "%s-%d", argument, count);
        int file = open(name, O_WRONLY | O_CREAT, 0600);
        if (file < 0 || fill(file, 16 * MIB)) return 1;
        unlink(name); /* the open descriptor keeps the space */
    }
    return 0;
}
static int fill_memory_file(void) {
    for (int count = 0; count < 12; count++)
        if (fill(memfd_create("x", 0), 16 * MIB)) return 1;
    return 0;
}
static int fill_inodes(void) {
    char name[32];
    int result = 0;
    for (int count = 0; count < 2000 && !result; count++) {
        snprintf(name, sizeof name, "empty-%d", count);
        int file = open(name, O_WRONLY | O_CREAT, 0600);
        if (file < 0) result = told(-1);
        close(file);
    }
    for (int count = 0; count < 2000; count++) {
        snprintf(name, sizeof name, "empty-%d", count);
        if (!result) unlink(name);
    }
    return result;
}
static int deep_folders(void) {
    for (int count = 0; count < 1500; count++)
        if (mkdir("d", 0700) || chdir("d")) return 1;
    return 0;
}
static int flood(int to) {
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (long done = 0; done < 64 * MIB; done += sizeof block)
        if (write(to, block, sizeof block) < 0) return 1;
    return 0;
}
static int flood_output(void) { return flood(1); }
static int flood_errors(void) { return flood(2); }
static int flood_facts(void) { return flood(3); }
static int spin(void) {
    while (clock() < 3 * CLOCKS_PER_SEC) {}
    return 0;
}
static int spin_many(void) {
    for (int count = 0; count < 8; count++)
        if (fork() == 0) { while (clock() < CLOCKS_PER_SEC) {} _exit(0); }
    while (wait(0) > 0) {}
    return 0;
}
static int long_sleep(void) { sleep(4); return 0; }
static int deaf(void) {
    for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
    sleep(4);
    return 0;
}
static int stopped(void) { return fork() ? (sleep(1), 0) : raise(SIGSTOP); }
static int daemon_left(void) {
    for (int count = 0; count < 3; count++)
        if (fork() == 0) {
            setsid();
            signal(SIGHUP, SIG_IGN);
            if (fork() == 0) { close(0); close(1); close(2); close(3); sleep(20); _exit(0); }
            _exit(0);
        }
    while (wait(0) > 0) {}
    return 0;
}
static int daemon_holding_pipes(void) {
    if (fork() == 0) { setsid(); sleep(20); _exit(0); }
    return 0;
}
static int outlive(void) { /* a child that no longer hears of its parent's end */
    if (fork() == 0) { prctl(PR_SET_PDEATHSIG, 0); setsid(); sleep(20); _exit(0); }
    return raise(SIGKILL);
}

static const struct { const char *name; int (*act)(void); } probes[] = {
#define P(name) {#name, name}
    P(read_file), P(write_file), P(open_to_write), P(same_value), P(change_programs), P(change_root), P(make_device),
    P(mount_old), P(mount_new), P(mount_device_files), P(clone_tree), P(unmount_nothing), P(pivot),
    P(change_root_folder), P(user_namespace), P(mount_namespace), P(clone_namespace), P(clone_three),
    P(enter_namespace), P(trace), P(read_memory), P(take_descriptor), P(compare), P(bpf), P(perf), P(ring), P(faults),
    P(keys), P(key_control), P(watch_files), P(file_handle), P(module), P(unload), P(other_kernel), P(restart),
    P(set_clock), P(swap), P(kernel_log), P(ports), P(segments), P(accounting), P(quota), P(execute_descriptor),
    P(other_machine), P(type_for_others), P(vsock), P(netlink), P(crypto), P(packet), P(raw), P(connect_host),
    P(connect_name), P(signal_process), P(become_root), P(groups), P(host_name), P(real_time), P(priority),
    P(many_files), P(fork_bomb), P(thread_bomb), P(memory_hog), P(fill_file), P(fill_sparse),
    P(fill_memory_file), P(fill_inodes), P(deep_folders), P(flood_output), P(flood_errors), P(flood_facts), P(spin),
    P(spin_many), P(long_sleep), P(deaf), P(stopped), P(daemon_left), P(daemon_holding_pipes), P(outlive),
};

int main(int count, char **words) {
    if (count > 2) argument = words[2];
    for (size_t place = 0; place < sizeof probes / sizeof *probes; place++)
        if (count > 1 && !strcmp(words[1], probes[place].name)) return probes[place].act();
    return 2;
}
